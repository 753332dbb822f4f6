/** What every scenario gets, and what all of them look at. */
import type { TritonProcess } from "../triton/triton_process.ts";
import { NO_REPLY } from "./load/figures.ts";
import { type GatewayOptions, GatewayProcess } from "./gateway_process.ts";
import type { KnownPhotos } from "./known_photos.ts";
import type { LoadedPhase, LoadReport } from "./load_main.ts";
import { type LoadProcessOptions, runLoadProcess } from "./load_process.ts";
import { breach, type Row } from "./row.ts";
import type { Watched } from "./watch.ts";

/** How a run of scenarios is set up. */
export interface BadDay {
  /** Of each load. */
  readonly seconds: number;
  /** Whether only what no busy machine excuses is a breach: performance is not judged. */
  readonly isShort: boolean;
  readonly photos: KnownPhotos;
  readonly cpusGateway: string | undefined;
  readonly cpusLoad: string | undefined;
  /** The server that gateways use; the embedded engine's when absent. */
  readonly triton: TritonProcess | undefined;
  /** Whether each bomb is thrown by itself, at an idle gateway, too. */
  readonly isEach: boolean;
  /** What of a scenario to play, such as one bomb; all of it when absent. */
  readonly part: string | undefined;
  /** Is given each row as soon as it is there. */
  readonly report: (row: Row) => void;
  /** Says what goes on. */
  readonly say: (text: string) => void;
}

/** One bad day. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Whether it is left out where no Triton was asked for. */
  readonly needsTriton: boolean;
  play(day: BadDay): Promise<void>;
}

/** Replies that a good photo may get on a bad day. */
const GOOD_CODES = /^(200|429|503|504)\b/;
/** No reply was owed: nothing was sent. */
const UNSENT: readonly string[] = [NO_REPLY.notSent, NO_REPLY.refused];
/** Within which a probe must answer, at any load. */
const PROBE_MS_MAX = 3000;
/** Good clients of scenarios that are not about their number. */
export const GOOD_CLIENTS = 8;

/** Starts a gateway with the day's engine and cores. */
export async function startGateway(
  day: BadDay,
  options: GatewayOptions = {},
): Promise<GatewayProcess> {
  const env = day.triton === undefined
    ? options.env
    : { GATEWAY_ENGINE: "triton", GATEWAY_TRITON_URL: day.triton.grpcUrl, ...options.env };
  return await GatewayProcess.start({ cpus: day.cpusGateway, ...options, ...env ? { env } : {} });
}

/** A load of good photos. */
export type Load = Pick<LoadProcessOptions, "phases" | "timeoutMs" | "repliesPerConnection">;

/** Loads a gateway with good photos. */
export async function loadGood(
  day: BadDay,
  gateway: GatewayProcess,
  load: Load,
): Promise<LoadReport> {
  const { photos: { folder: photos }, cpusLoad: cpus } = day;
  return await runLoadProcess(gateway.url, { photos, cpus, pid: gateway.pid, ...load });
}

/** So many clients that each await their reply, for so long. */
export function closedLoop(seconds: number, clients = GOOD_CLIENTS): Load {
  return { phases: [{ kind: "closed", clients, seconds }] };
}

/** What is judged. */
export interface GoodLoad {
  readonly gateway: GatewayProcess;
  readonly load: LoadReport;
  readonly figures: LoadedPhase;
  readonly watched: Watched;
}

/** A row of a load of good photos, with what must hold on every day; `more` adds its own. */
export function rowOf(
  scenario: string,
  { gateway, load, figures, watched }: GoodLoad,
  more: { readonly breaches?: readonly string[]; readonly notes?: readonly string[] } = {},
): Row {
  const { codes } = figures;
  const lost = lostOf(codes);
  const strange = Object.keys(codes).filter((code) =>
    !GOOD_CODES.test(code) && !(Object.values(NO_REPLY) as string[]).includes(code)
  );
  return {
    scenario,
    goodputPerSecond: figures.goodputPerSecond,
    p50Ms: figures.p50Ms,
    p99Ms: figures.p99Ms,
    rssMib: watched.rssMib,
    lost,
    wrong: load.wrong,
    codes,
    breaches: [
      ...gateway.death === undefined ? [] : [gateway.death],
      ...breach(lost === 0, `${lost} good requests were sent and never answered`),
      ...breach(load.wrong === 0, `${load.wrong} embeddings are not those of the idle gateway`),
      ...breach(strange.length === 0, `good photos were answered ${strange.join(", ")}`),
      ...probeBreaches(watched),
      ...more.breaches ?? [],
    ],
    notes: [
      ...breach(load.near === 0, `${load.near} embeddings differ by rounding`),
      ...more.notes ?? [],
    ],
  };
}

/** Good requests without a reply that was owed. */
function lostOf(codes: Readonly<Record<string, number>>): number {
  return Object.values(NO_REPLY).filter((code) => !UNSENT.includes(code))
    .reduce((sum, code) => sum + (codes[code] ?? 0), 0);
}

/** Probes that did not answer in time. */
function probeBreaches({ probesFailed, probes, probeMsMax }: Watched): string[] {
  return [
    ...breach(probesFailed === 0, `${probesFailed} of ${probes} probes failed`),
    ...breach(probeMsMax <= PROBE_MS_MAX, `a probe took ${probeMsMax.toFixed(0)} ms`),
  ];
}

/** Breaches that a busy machine may excuse: none in the short form. */
export function unlessShort(day: BadDay, breaches: readonly string[]): readonly string[] {
  return day.isShort ? [] : breaches;
}

/** Lets so many milliseconds pass. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
