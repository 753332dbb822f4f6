/** Every process a run needs, and the addresses its ways go to. */
import { SetupError } from "../../testing/triton/python.ts";
import { startTriton } from "../../testing/triton/triton_process.ts";
import { LinkProcess } from "../link/link_process.ts";
import type { LinkProfile } from "../link/profile.ts";
import { GeneratorProcess } from "../load/generator_process.ts";
import { childOf, type Roles } from "../processes/cpu.ts";
import { gatewayEngine, startGateway } from "../processes/gateway.ts";
import type { Series } from "../report/result.ts";
import { startPythonService } from "../service/python_service.ts";
import { type WayName, WAYS } from "../ways/registry.ts";
import type { WayTarget } from "../ways/way.ts";

/** Batches of 32 from 16 clients: by default a gateway refuses what is more than 256 images at once. */
const GATEWAY_SLOTS = "512";

/** A Triton that is there already. */
export interface TritonAddress {
  /** As the report calls it; empty where there is one only. */
  readonly name: string;
  /** Absent for one that speaks gRPC alone. */
  readonly httpUrl: string | undefined;
  readonly grpcUrl: string;
  readonly model: string;
}

/** What to start, and what is there already. */
export interface DeploymentChoice {
  readonly model: string;
  readonly ways: readonly WayName[];
  readonly link: LinkProfile;
  /** Empty starts one here. */
  readonly tritons: readonly TritonAddress[];
  /** Absent starts one here, beside the Triton that was started. */
  readonly gatewayUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly serviceUrl: string | undefined;
  /** Processes of a Python service to start; 0 starts none. */
  readonly pythonWorkers: number;
  readonly report: (text: string) => void;
}

/** A way with its server. */
export interface DeployedSeries extends Series {
  /** By way of the link. */
  readonly target: WayTarget;
  /** The same server without the link. */
  readonly direct: WayTarget;
  /** Roles whose processors its requests use, beside generator and link. */
  readonly roles: readonly string[];
  /** Where Triton's statistics are, if it is behind this way. */
  readonly statistics?: { readonly url: string; readonly model: string };
}

/** Everything that runs. */
export interface Deployment extends AsyncDisposable {
  readonly generator: GeneratorProcess;
  readonly link: LinkProcess;
  readonly series: readonly DeployedSeries[];
  readonly roles: Roles;
  readonly gatewayEngine: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Parts under construction. */
interface Parts {
  readonly choice: DeploymentChoice;
  readonly stack: AsyncDisposableStack;
  readonly link: LinkProcess;
  readonly roles: Record<string, number>;
  readonly versions: Record<string, string>;
}

/** Starts everything; disposing stops it in reverse. */
export async function deploy(choice: DeploymentChoice): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const link = stack.use(await LinkProcess.start(choice.link));
  const parts: Parts = { choice, stack, link, roles: { link: link.pid }, versions: {} };
  const tritons = choice.tritons.length > 0 ? choice.tritons : await startOwnTriton(parts);
  const series: DeployedSeries[] = [];
  for (const triton of tritons) series.push(...await tritonSeries(parts, triton));
  series.push(...await pythonSeries(parts));
  const gateway = await startOwnGateway(parts, tritons[0]);
  if (gateway !== undefined) series.push(...await gatewaySeries(parts, gateway, tritons[0]));
  const generator = stack.use(new GeneratorProcess());
  const roles = { ...parts.roles, generator: generator.pid };
  const owned = stack.move();
  return {
    generator,
    link,
    series: choice.ways.flatMap((way) => series.filter((one) => one.way === way)),
    roles,
    gatewayEngine: gateway?.engine ?? "",
    versions: parts.versions,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startOwnTriton(parts: Parts): Promise<TritonAddress[]> {
  const { choice, stack, roles, versions } = parts;
  const needed = choice.ways.some((way) => WAYS[way].server === "triton") ||
    choice.gatewayUrl === undefined;
  if (!needed) return [];
  choice.report("starting Triton");
  try {
    const repository = new URL("../../model_repository", import.meta.url).pathname;
    const models = [choice.model];
    // Connections of ours that are still open would make it wait.
    const triton = stack.use(await startTriton({ repository, models, exitTimeoutSeconds: 2 }));
    const pid = await childOf(Deno.pid, "tritonserver");
    if (pid !== undefined) roles.triton = pid;
    versions.triton = await tritonVersion(triton.httpUrl);
    const { httpUrl, grpcUrl } = triton;
    return [{ name: "", httpUrl, grpcUrl, model: choice.model }];
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    choice.report(`${error.message}\ncontinuing without Triton: the gateway's own engine instead`);
    return [];
  }
}

async function tritonVersion(url: string): Promise<string> {
  const response = await fetch(`${url}/v2`, { headers: { connection: "close" } });
  return (await response.json()).version;
}

async function tritonSeries(parts: Parts, triton: TritonAddress): Promise<DeployedSeries[]> {
  const { link, choice } = parts;
  const { httpUrl, grpcUrl, model } = triton;
  const direct = { http: httpUrl, grpc: grpcUrl };
  const shaped = {
    http: httpUrl === undefined ? undefined : await link.through(httpUrl),
    grpc: await link.through(grpcUrl),
  };
  const isOwn = choice.tritons.length === 0;
  return choice.ways.filter((way) => WAYS[way].server === "triton").flatMap((way) => {
    const { protocol } = WAYS[way];
    const [url, directUrl] = [shaped[protocol], direct[protocol]];
    if (url === undefined || directUrl === undefined) return [];
    return [{
      ...describe(way, triton.name),
      target: { url, model },
      direct: { url: directUrl, model },
      roles: isOwn ? ["triton"] : [],
      ...statisticsOf(triton),
    }];
  });
}

function statisticsOf(triton: TritonAddress | undefined): Pick<DeployedSeries, "statistics"> {
  if (triton?.httpUrl === undefined) return {};
  return { statistics: { url: triton.httpUrl, model: triton.model } };
}

async function pythonSeries(parts: Parts): Promise<DeployedSeries[]> {
  const { choice, stack, link, roles } = parts;
  if (!choice.ways.includes("python")) return [];
  let url = choice.serviceUrl;
  if (url === undefined) {
    if (choice.pythonWorkers === 0) return [];
    const { model, pythonWorkers: workers, report } = choice;
    const service = stack.use(
      await startPythonService({ engine: { kind: "onnx", model }, workers, report }),
    );
    roles.python = service.pid;
    url = service.url;
  }
  const { model } = choice;
  const target = { url: await link.through(url), model };
  return [{ ...describe("python", ""), target, direct: { url, model }, roles: ["python"] }];
}

/** A gateway that answers. */
interface GatewayAddress {
  readonly url: string;
  readonly engine: string;
  readonly usesOurTriton: boolean;
}

async function startOwnGateway(
  parts: Parts,
  triton: TritonAddress | undefined,
): Promise<GatewayAddress | undefined> {
  const { choice, stack, roles, versions } = parts;
  if (!choice.ways.some((way) => WAYS[way].server === "gateway")) return undefined;
  let url = choice.gatewayUrl;
  if (url === undefined) {
    choice.report("starting the gateway");
    const tritonUrl = triton === undefined ? {} : { tritonUrl: triton.grpcUrl };
    const gateway = stack.use(
      await startGateway({ model: choice.model, ...tritonUrl, env: { GATEWAY_SLOTS } }),
    );
    roles.gateway = gateway.pid;
    url = gateway.url;
  }
  const { engine, tensorPath, runtime } = await gatewayEngine(url, choice.apiKey);
  versions.gatewayRuntime = runtime;
  const usesOurTriton = choice.gatewayUrl === undefined && engine === "triton";
  return { url, engine: `${engine}, ${tensorPath}`, usesOurTriton };
}

async function gatewaySeries(
  parts: Parts,
  gateway: GatewayAddress,
  triton: TritonAddress | undefined,
): Promise<DeployedSeries[]> {
  const { choice, link } = parts;
  const url = await link.through(gateway.url);
  const { model, apiKey } = choice;
  const target = { url, model, ...(apiKey === undefined ? {} : { apiKey }) };
  const direct = { ...target, url: gateway.url };
  const behind = gateway.usesOurTriton
    ? { roles: ["gateway", "triton"], ...statisticsOf(triton) }
    : { roles: ["gateway"] };
  return choice.ways.filter((way) => WAYS[way].server === "gateway").map((way) => ({
    ...describe(way, ""),
    target,
    direct,
    ...behind,
  }));
}

function describe(way: WayName, name: string): Series {
  const { label, sends } = WAYS[way];
  return {
    id: name === "" ? way : `${way}@${name}`,
    label: name === "" ? label : `${label} (${name})`,
    way,
    sends,
  };
}
