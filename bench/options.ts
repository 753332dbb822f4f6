/** The command line of `deno task bench`. */
import { parseArgs } from "node:util";
import { oneOf, positive, UsageError } from "../command/program.ts";
import type { TritonAddress } from "./grid/deployment.ts";
import { chooseProfile, LINK_PROFILES, type LinkProfile } from "./link/profile.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "./photos/photo_set.ts";
import { WAY_NAMES, type WayName } from "./ways/registry.ts";

/** Parts of a run beside the grid. */
export const STUDIES = ["cold-start", "micro", "photo-sizes", "scaling"] as const;

/** Name of a study. */
export type StudyName = (typeof STUDIES)[number];

/** What a run is to do. */
export interface BenchOptions {
  /** Name of the files in `bench/results/`. */
  readonly name: string;
  readonly model: string;
  readonly link: LinkProfile;
  readonly ways: readonly WayName[];
  readonly batches: readonly number[];
  readonly clients: readonly number[];
  readonly rates: readonly number[];
  readonly rounds: number;
  readonly cellSeconds: number;
  readonly photoSize: PhotoSize;
  readonly studies: readonly StudyName[];
  readonly coldStarts: number;
  readonly tritons: readonly TritonAddress[];
  readonly gatewayUrl: string | undefined;
  readonly serviceUrl: string | undefined;
  readonly pythonWorkers: number;
  readonly resume: boolean;
}

/** What `--help` prints. */
export const HELP = `Usage: deno task bench [options]

Compares ways to get embeddings of photos from a remote model, over a shaped link, with real servers that it starts
itself, and writes bench/results/NAME.json and NAME.html. Ctrl-C keeps what is finished; --resume goes on from there.

  --quick            some cells, about 2 minutes      --smoke            a few requests of each way, for CI
  --name NAME        of the result (full, quick or smoke)
  --link PROFILE     ${Object.keys(LINK_PROFILES).join(", ")} (wan)
  --rtt MS --mbit N  a link of your own
  --ways A,B         ${WAY_NAMES.join(", ")}
  --batches 1,4      images in a request              --clients 1,8      requests in flight
  --rate 50,100      open loops beside: requests a second
  --rounds N         runs of the whole grid, for the noise between them
  --size SIDE        of the photos: ${PHOTO_SIZE_NAMES.join(", ")} (224)
  --model NAME       in model_repository (dct_512)
  --studies A,B      ${STUDIES.join(", ")}, none
  --python           with the Python service, which is set up in .cache/ (needs Python 3.11)
  --python-workers N processes of it (one a core)
  --service URL      a service that is there, with POST /embed/base64
  --gateway URL      a gateway that is there; its key in BENCH_API_KEY
  --triton NAME=URL,MODEL[,GRPC_URL]
                     a Triton that is there, more than once if you like: its HTTP address; gRPC is one port further
  --resume           goes on with the run that was stopped`;

const QUICK = {
  batches: [1, 32],
  clients: [1, 8],
  rounds: 1,
  cellSeconds: 4,
  coldStarts: 1,
  studies: ["cold-start", "micro"],
} as const;
const SMOKE = { ...QUICK, batches: [1], clients: [1], cellSeconds: 1, studies: ["micro"] } as const;
const FULL = {
  batches: [1, 4, 8, 16, 32],
  clients: [1, 8, 16],
  rounds: 1,
  cellSeconds: 6,
  coldStarts: 3,
  studies: STUDIES,
} as const;

/**
 * Reads the arguments; nothing for `--help`.
 *
 * @throws {UsageError} for what makes no sense.
 */
export function parseBenchArguments(args: string[]): BenchOptions | undefined {
  const { values } = parseArgs({ args, options: FLAGS });
  if (values.help) return undefined;
  const kind = values.smoke ? "smoke" : values.quick ? "quick" : "full";
  const base = { smoke: SMOKE, quick: QUICK, full: FULL }[kind];
  const withPython = values.python || values.service !== undefined;
  return {
    name: parseName(values.name ?? kind),
    model: values.model,
    link: parseLink(values),
    ways: parseWays(values.ways, withPython),
    batches: parseNumbers("batches", values.batches) ?? base.batches,
    clients: parseNumbers("clients", values.clients) ?? base.clients,
    rates: parseNumbers("rate", values.rate) ?? [],
    rounds: parseNumbers("rounds", values.rounds)?.[0] ?? base.rounds,
    cellSeconds: base.cellSeconds,
    photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
    studies: parseStudies(values.studies) ?? base.studies,
    coldStarts: base.coldStarts,
    tritons: (values.triton ?? []).map(parseTriton),
    gatewayUrl: parseUrl("gateway", values.gateway),
    serviceUrl: parseUrl("service", values.service),
    pythonWorkers: !withPython
      ? 0
      : parseNumbers("python-workers", values["python-workers"])?.[0] ??
        navigator.hardwareConcurrency,
    resume: values.resume,
  };
}

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

const FLAGS = {
  help: flag,
  quick: flag,
  smoke: flag,
  resume: flag,
  python: flag,
  name: text,
  link: text,
  rtt: text,
  mbit: text,
  ways: text,
  batches: text,
  clients: text,
  rate: text,
  rounds: text,
  size: { ...text, default: "224" },
  model: { ...text, default: "dct_512" },
  studies: text,
  "python-workers": text,
  service: text,
  gateway: text,
  triton: { ...text, multiple: true },
} as const;

function parseName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) return name;
  throw new UsageError(`--name must be small letters, digits, - and _: it is ${name}`);
}

function parseLink(
  values: { readonly link?: string; readonly rtt?: string; readonly mbit?: string },
): LinkProfile {
  const [rttMs] = parseNumbers("rtt", values.rtt) ?? [];
  const [mbitPerSecond] = parseNumbers("mbit", values.mbit) ?? [];
  return chooseProfile({ profile: values.link, rttMs, mbitPerSecond });
}

function parseWays(list: string | undefined, withPython: boolean): readonly WayName[] {
  if (list === undefined) return WAY_NAMES.filter((name) => name !== "python" || withPython);
  return list.split(",").map((name) => oneOf("ways", name, WAY_NAMES));
}

function parseStudies(list: string | undefined): readonly StudyName[] | undefined {
  if (list === undefined) return undefined;
  if (list === "none") return [];
  return list.split(",").map((name) => oneOf("studies", name, STUDIES));
}

function parseNumbers(name: string, list: string | undefined): number[] | undefined {
  return list?.split(",").map((item) => positive(name, item));
}

function parseUrl(name: string, url: string | undefined): string | undefined {
  if (url === undefined || URL.canParse(url)) return url?.replace(/\/$/, "");
  throw new UsageError(`--${name} must be a URL: it is ${url}`);
}

/** `NAME=URL,MODEL[,GRPC_URL]`. */
function parseTriton(argument: string): TritonAddress {
  const match = /^([\w.-]+)=([^,]+),([\w.-]+)(?:,([^,]+))?$/.exec(argument);
  const [, name = "", url, model = "", grpcUrl] = match ?? [];
  const httpUrl = parseUrl("triton", url);
  if (httpUrl === undefined) throw new UsageError("--triton must be NAME=URL,MODEL[,GRPC_URL]");
  return { name, httpUrl, grpcUrl: parseUrl("triton", grpcUrl) ?? nextPort(httpUrl), model };
}

/** Triton's gRPC port is by default the one after its HTTP port. */
function nextPort(httpUrl: string): string {
  const url = new URL(httpUrl);
  url.port = String(Number(url.port === "" ? "80" : url.port) + 1);
  return url.origin;
}
