/** Arguments that KServe puts behind the command of a transformer which runs apart from its predictor. */
import type { Config } from "./config/config_fields.ts";
import { findServed, parseModelAlias } from "./config/model_names.ts";

/** As options of `parseArgs()`, by KServe's names. */
export const KSERVE_OPTIONS = {
  model_name: { type: "string" },
  predictor_host: { type: "string" },
  http_port: { type: "string" },
  workers: { type: "string" },
} as const;

/** What was given of them. */
export type KserveArguments = {
  readonly [Name in keyof typeof KSERVE_OPTIONS]?: string | undefined;
};

/** The settings that they are compared with. */
type Settings = Pick<Config, "engine" | "tritonUrl" | "port" | "models" | "modelAliases">;

/**
 * What is wrong with them, a sentence each with what to do instead. They change no setting, from which the process's
 * grants were made before they are read: what they say must be so already.
 */
export function kserveProblems(args: KserveArguments, config: Settings): string[] {
  return [
    modelProblem(args.model_name, config),
    predictorProblem(args.predictor_host, config),
    portProblem(args.http_port, config),
    workersProblem(args.workers),
  ].filter((problem) => problem !== undefined);
}

function modelProblem(name: string | undefined, { models, modelAliases }: Settings) {
  if (name === undefined || findServed(models, name) !== undefined) return undefined;
  if (modelAliases.some((text) => parseModelAlias(text).alias === name)) return undefined;
  return `--model_name must be a model that is served, ${models.join(", ")}, or an alias of one: ` +
    `GATEWAY_MODEL_ALIASES=${name}=${models[0]} makes it one`;
}

/** Apart from its predictor a gateway has no shared memory with it: nobody is to have that without having said so. */
function predictorProblem(host: string | undefined, { engine, tritonUrl }: Settings) {
  if (host === undefined) return undefined;
  if (engine === "triton" && hostOf(tritonUrl) === hostOf(`http://${host}`)) return undefined;
  return `--predictor_host ${host} is another pod, with which no memory is shared, so that each photo's tensor goes over ` +
    "the network: run the gateway as transformer-container in the predictor's pod, where KServe gives no arguments, or " +
    `say that you want it so by GATEWAY_ENGINE=triton and GATEWAY_TRITON_URL=http://${
      hostOf(`http://${host}`)
    }:PORT, the port of Triton's gRPC`;
}

function portProblem(port: string | undefined, config: Settings) {
  if (port === undefined || Number(port) === config.port) return undefined;
  return `--http_port must be the port that GATEWAY_PORT names, ${config.port}: set GATEWAY_PORT=${port}`;
}

function workersProblem(workers: string | undefined) {
  if (workers === undefined) return undefined;
  return `--workers ${workers} means nothing here: GATEWAY_ISOLATES sets the threads that serve, ` +
    "and a gateway that is full answers 429; leave containerConcurrency out";
}

/** The host of an address, without its port. */
function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? url;
}
