/** Every process a run needs, and the addresses its ways go to. */
import { fileURLToPath } from "node:url";
import { assertReachable } from "../../testing/reachable.ts";
import { SetupError } from "../../testing/triton/python.ts";
import { startTriton } from "../../testing/triton/triton_process.ts";
import { LinkProcess } from "../link/link_process.ts";
import type { LinkProfile } from "../link/profile.ts";
import { GeneratorProcess } from "../load/generator_process.ts";
import { childOf, type Roles } from "../processes/cpu.ts";
import { gatewayEngine, startGateway } from "../processes/gateway.ts";
import type { Series } from "../report/result.ts";
import { startPythonService } from "../service/python_service.ts";
import { type ServerRole, type WayName, WAYS } from "../ways/registry.ts";
import type { WayTarget } from "../ways/way.ts";

/** Batches of 32 from 16 clients: by default a gateway refuses what is more than 256 images at once. */
const GATEWAY_SLOTS = "512";

/** A Triton that is there already. */
export interface TritonAddress {
  /** As the report calls it; empty where there is one only. */
  readonly name: string;
  readonly httpUrl: string;
  readonly grpcUrl: string;
  readonly model: string;
}

/** What to start, and what is there already. */
export interface ServerChoice {
  readonly model: string;
  readonly ways: readonly WayName[];
  readonly link: LinkProfile;
  /** Empty starts one here. */
  readonly tritons: readonly TritonAddress[];
  /** Absent starts one here, beside the Triton that was started. */
  readonly gatewayUrl: string | undefined;
  readonly serviceUrl: string | undefined;
  /** Processes of a Python service to start; 0 starts none. */
  readonly pythonWorkers: number;
}

/** The same, with what is not on the command line. */
export interface DeploymentChoice extends ServerChoice {
  readonly apiKey: string | undefined;
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
  const named = choice.tritons.flatMap(({ httpUrl, grpcUrl }) => [httpUrl, grpcUrl]);
  const others = [choice.gatewayUrl, choice.serviceUrl].filter((url) => url !== undefined);
  await assertReachable([...named, ...others]);
  await using stack = new AsyncDisposableStack();
  const link = stack.use(await LinkProcess.start(choice.link));
  const parts: Parts = { choice, stack, link, roles: { link: link.pid }, versions: {} };
  const tritons = choice.tritons.length > 0 ? choice.tritons : await startOwnTriton(parts);
  const series: DeployedSeries[] = [];
  for (const triton of tritons) series.push(...await tritonSeries(parts, triton));
  series.push(...await pythonSeries(parts));
  const gateway = await gatewaySeries(parts, tritons[0]);
  series.push(...gateway.series);
  const generator = stack.use(new GeneratorProcess());
  const owned = stack.move();
  return {
    generator,
    link,
    series: choice.ways.flatMap((way) => series.filter((one) => one.way === way)),
    roles: { ...parts.roles, generator: generator.pid },
    gatewayEngine: gateway.engine,
    versions: parts.versions,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The ways that were chosen of those that a server answers. */
function waysTo({ choice }: Parts, server: ServerRole): readonly WayName[] {
  return choice.ways.filter((way) => WAYS[way].server === server);
}

async function startOwnTriton(parts: Parts): Promise<TritonAddress[]> {
  const { choice, stack, roles, versions } = parts;
  if (waysTo(parts, "triton").length === 0 && choice.gatewayUrl !== undefined) return [];
  choice.report("starting Triton");
  try {
    const repository = fileURLToPath(new URL("../../model_repository", import.meta.url));
    const models = [choice.model];
    // Connections of ours that are still open would make it wait.
    const triton = stack.use(await startTriton({ repository, models, exitTimeoutSeconds: 2 }));
    const { httpUrl, grpcUrl } = triton;
    const pid = await childOf(Deno.pid, "tritonserver");
    if (pid !== undefined) roles.triton = pid;
    const server = await fetch(`${httpUrl}/v2`, { headers: { connection: "close" } });
    versions.triton = (await server.json()).version;
    return [{ name: "", httpUrl, grpcUrl, model: choice.model }];
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    choice.report(`${error.message}\ncontinuing without Triton: the gateway's own engine instead`);
    return [];
  }
}

async function tritonSeries(parts: Parts, triton: TritonAddress): Promise<DeployedSeries[]> {
  const { link, choice } = parts;
  const { httpUrl, grpcUrl, model } = triton;
  const urls = { http: httpUrl, grpc: grpcUrl };
  const shaped = { http: await link.through(httpUrl), grpc: await link.through(grpcUrl) };
  return waysTo(parts, "triton").map((way) => ({
    ...describe(way, triton.name),
    target: { url: shaped[WAYS[way].protocol], model },
    direct: { url: urls[WAYS[way].protocol], model },
    roles: choice.tritons.length === 0 ? ["triton"] : [],
    statistics: { url: httpUrl, model },
  }));
}

async function pythonSeries(parts: Parts): Promise<DeployedSeries[]> {
  const { choice, stack, link, roles } = parts;
  const { model, pythonWorkers: workers, report } = choice;
  let url = choice.serviceUrl;
  if (!choice.ways.includes("python") || (url === undefined && workers === 0)) return [];
  if (url === undefined) {
    const engine = { kind: "onnx", model } as const;
    const service = stack.use(await startPythonService({ engine, workers, report }));
    roles.python = service.pid;
    url = service.url;
  }
  const target = { url: await link.through(url), model };
  return [{ ...describe("python", ""), target, direct: { url, model }, roles: ["python"] }];
}

async function gatewaySeries(
  parts: Parts,
  triton: TritonAddress | undefined,
): Promise<{ readonly series: DeployedSeries[]; readonly engine: string }> {
  const { choice, stack, link, roles, versions } = parts;
  const ways = waysTo(parts, "gateway");
  if (ways.length === 0) return { series: [], engine: "" };
  const { model, apiKey } = choice;
  let url = choice.gatewayUrl;
  if (url === undefined) {
    choice.report("starting the gateway");
    const tritonUrl = triton === undefined ? {} : { tritonUrl: triton.grpcUrl };
    const gateway = stack.use(await startGateway({ model, ...tritonUrl, env: { GATEWAY_SLOTS } }));
    roles.gateway = gateway.pid;
    url = gateway.url;
  }
  const { engine, tensorPath, runtime } = await gatewayEngine(url, apiKey);
  versions.gatewayRuntime = runtime;
  const direct = { url, model, ...(apiKey === undefined ? {} : { apiKey }) };
  const target = { ...direct, url: await link.through(url) };
  const isOurs = choice.gatewayUrl === undefined && engine === "triton" && triton !== undefined;
  const behind = isOurs
    ? { roles: ["gateway", "triton"], statistics: { url: triton.httpUrl, model: triton.model } }
    : { roles: ["gateway"] };
  const series = ways.map((way) => ({ ...describe(way, ""), target, direct, ...behind }));
  return { series, engine: `${engine}, ${tensorPath}` };
}

function describe(way: WayName, name: string): Series {
  const { label, sends } = WAYS[way];
  if (name === "") return { id: way, label, way, sends };
  return { id: `${way}@${name}`, label: `${label} (${name})`, way, sends };
}
