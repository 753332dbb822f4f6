// deno-lint-ignore-file no-console
/**
 * `deno task triton`: a real Triton on loopback. Ends with SIGINT or SIGTERM: exits 0 then, 1 when the server ends by
 * itself, 64 for wrong arguments, 69 when this machine cannot run it.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EXIT_USAGE } from "../../command/program.ts";
import { ModelNotFoundError, someModelsOf } from "../../models/repository/find_model.ts";
import { SetupError } from "./python.ts";
import { startTriton, type TritonOptions } from "./triton_process.ts";

/** sysexits.h: a service is unavailable. */
const EXIT_UNAVAILABLE = 69;

const DEFAULT_REPOSITORY = fileURLToPath(new URL("../../model_repository", import.meta.url));

const HELP =
  `Starts a real Triton on 127.0.0.1, without container and GPU (Linux x86-64, Python 3.11).

deno task triton [--model NAME]... [--repository DIR] [--http-port N] [--grpc-port N]
                 [--metrics-port N] [-- ARGUMENT...]

  --model NAME      serve this model, and others that are named so (default: all with weights)
  --repository DIR  folder with a folder a model (default: model_repository)
  --http-port N     default 8000; 0 takes a free one
  --grpc-port N     default 8001
  --metrics-port N  default 8002
  -- ARGUMENT...    for tritonserver itself, such as --log-verbose=1`;

const print = (text: string) => console.log(`triton: ${text}`);
const complain = (text: string) => console.error(`triton: ${text}`);

/** What the command line asks for; `undefined` for help. */
function parseOptions(args: string[]): TritonOptions | undefined {
  const { values, positionals } = parseArgs({
    args,
    options: {
      "http-port": { type: "string", default: "8000" },
      "grpc-port": { type: "string", default: "8001" },
      "metrics-port": { type: "string", default: "8002" },
      help: { type: "boolean", short: "h", default: false },
      model: { type: "string", multiple: true },
      repository: { type: "string", default: DEFAULT_REPOSITORY },
    },
    allowPositionals: true,
  });
  if (values.help) return undefined;
  const stray = positionals.find((argument) => !argument.startsWith("--"));
  if (stray !== undefined) {
    throw new TypeError(`Cannot use argument ${stray} as it must be an option: try --help`);
  }
  return {
    repository: values.repository,
    ports: {
      http: parsePort(values["http-port"]),
      grpc: parsePort(values["grpc-port"]),
      metrics: parsePort(values["metrics-port"]),
    },
    extraArguments: positionals,
    onLog: print,
    ...values.model === undefined ? {} : { models: values.model },
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new TypeError(`Cannot use port ${text} as it must be a number from 0 to 65535`);
  }
  return port;
}

/** Runs until a signal, or the server's own end; the exit code. */
async function serve(options: TritonOptions): Promise<number> {
  const { models, repository, signal } = options;
  if (models === undefined) await someModelsOf(repository);
  await using triton = await startTriton(options);
  const { grpc, http, metrics } = triton.ports;
  print(`ready: gRPC 127.0.0.1:${grpc}, HTTP 127.0.0.1:${http}, metrics 127.0.0.1:${metrics}`);
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  signal?.addEventListener("abort", () => resolve());
  await Promise.race([stopped, triton.ended]);
  print(signal?.aborted ? "stopping" : "the server ended by itself");
  return signal?.aborted ? 0 : 1;
}

/** Runs the command; its exit code. */
async function main(args: string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  let options: TritonOptions | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    complain((error as Error).message);
    return EXIT_USAGE;
  }
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  try {
    return await serve({ ...options, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) return 0;
    complain((error as Error).message);
    if (error instanceof ModelNotFoundError) return EXIT_USAGE;
    return error instanceof SetupError ? EXIT_UNAVAILABLE : 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
