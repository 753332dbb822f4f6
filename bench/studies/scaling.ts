/** The same load against 1, 2 and 4 simulated GPUs: when does the link, when does the gateway limit? SIMULATED. */
import { deploy, type Deployment } from "../grid/deployment.ts";
import { warmUp } from "../grid/warm_up.ts";
import { runCell } from "../grid/cell.ts";
import { requestBytes } from "../grid/plan.ts";
import { bytesPerMs, type LinkProfile } from "../link/profile.ts";
import type { Cell, Series } from "../report/result.ts";
import { startSimulatedTriton } from "../simulated/simulated_triton.ts";
import type { WayName } from "../ways/registry.ts";

/** What the stand-in for Triton does. */
export interface SimulationSettings {
  readonly gpus: readonly number[];
  readonly msPerImage: number;
  readonly msPerBatch: number;
  readonly batchMax: number;
}

/** One way over one link to so many GPUs. */
export interface ScalingPoint {
  readonly link: string;
  readonly gpus: number;
  readonly way: WayName;
  readonly sends: Series["sends"];
  readonly clients: number;
  readonly imagesPerSecond: number;
  /** What the GPUs could do, and what the link could carry. */
  readonly gpuCeiling: number;
  readonly linkCeiling: number | null;
  /** Processor time of the gateway an image. */
  readonly gatewayCpuMs: number | null;
  readonly errors: Readonly<Record<string, number>>;
}

/** A study; everything in it is simulated but the gateway and the link's arithmetic. */
export interface ScalingStudy {
  readonly isSimulated: true;
  readonly settings: SimulationSettings;
  readonly points: readonly ScalingPoint[];
}

/** What to run. */
export interface ScalingChoice {
  readonly model: string;
  readonly settings: SimulationSettings;
  readonly links: readonly LinkProfile[];
  readonly secondsPerPoint: number;
  readonly jpegBytesMean: number;
  /** Ends the study before the next number of GPUs. */
  readonly signal: AbortSignal;
  readonly report: (text: string) => void;
}

/** A JPEG way and a tensor way; the stand-in speaks gRPC only. */
const SCALING_WAYS: readonly WayName[] = ["triton-grpc", "gateway-raw"];
/** Requests under way for each GPU: two batches and what is on the road. */
const CLIENTS_A_GPU = 24;
/** A link that needs longer than this for one request of every client is full with fewer of them. */
const ROUND_MS_MAX = 2000;

/** Runs every link with every number of GPUs. */
export async function studyScaling(choice: ScalingChoice): Promise<ScalingStudy> {
  const points: ScalingPoint[] = [];
  const { settings, model, report } = choice;
  for (const link of choice.links) {
    for (const gpus of settings.gpus) {
      if (choice.signal.aborted) break;
      report(`scaling (simulated): ${link.name}, ${gpus} GPUs`);
      await using simulated = await startSimulatedTriton({ ...settings, gpus, model });
      await using deployment = await deploy({
        model,
        ways: SCALING_WAYS,
        link,
        tritons: [{ name: "", httpUrl: undefined, grpcUrl: simulated.url, model }],
        gatewayUrl: undefined,
        apiKey: undefined,
        serviceUrl: undefined,
        pythonWorkers: 0,
        report: () => {},
      });
      await warmUp(deployment, { photoSize: "224", secondsMax: choice.secondsPerPoint });
      for (const series of deployment.series) {
        points.push(await measurePoint({ choice, deployment, link, gpus }, series));
      }
    }
  }
  return { isSimulated: true, settings, points };
}

interface PointScene {
  readonly choice: ScalingChoice;
  readonly deployment: Deployment;
  readonly link: LinkProfile;
  readonly gpus: number;
}

async function measurePoint(scene: PointScene, series: Series): Promise<ScalingPoint> {
  const { choice, deployment, link, gpus } = scene;
  const clients = clientsFor(link, gpus, requestBytes(series, 1, choice.jpegBytesMean));
  const cell = await runCell(deployment, {
    series,
    batch: 1,
    pattern: { kind: "closed", clients },
    limits: {
      requestsMax: Number.MAX_SAFE_INTEGER,
      secondsMax: choice.secondsPerPoint,
      graceSeconds: choice.secondsPerPoint,
    },
    round: 0,
    secondsExpected: choice.secondsPerPoint,
  }, "224");
  const { msPerBatch, msPerImage, batchMax } = choice.settings;
  return {
    link: link.name,
    gpus,
    way: series.way,
    sends: series.sends,
    clients,
    imagesPerSecond: cell.imagesPerSecond,
    gpuCeiling: (gpus * 1000 * batchMax) / (msPerBatch + msPerImage * batchMax),
    linkCeiling: linkCeiling(link, cell),
    gatewayCpuMs: cell.usage.gateway?.cpuMs ?? null,
    errors: cell.errors,
  };
}

/** Enough to keep every GPU busy, or to fill the link. */
export function clientsFor(link: LinkProfile, gpus: number, bytes: number): number {
  const filling = Math.ceil((ROUND_MS_MAX * bytesPerMs(link)) / bytes);
  return Math.max(2, Math.min(CLIENTS_A_GPU * gpus, filling));
}

/** Images a second that fit through the link, by what they weighed on it. */
function linkCeiling(link: LinkProfile, { bytes, batch }: Cell): number | null {
  const ceiling = (bytesPerMs(link) * 1000 * batch) / bytes.wireUp;
  return Number.isFinite(ceiling) ? ceiling : null;
}
