/** The command line of `deno task bench`. */
import { oneOf, type Parsed, positive, UsageError } from "../command/program.ts";
import type { ServerChoice, TritonAddress } from "./grid/deployment.ts";
import type { GridSize } from "./grid/plan.ts";
import { LINK_PROFILES, type LinkProfile } from "./link/profile.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "../testing/photo_set.ts";
import { WAY_NAMES, type WayName } from "./ways/registry.ts";

/** What a run is to do. */
export interface BenchOptions extends GridSize, ServerChoice {
  /** Name of the files in `bench/results/`. */
  readonly name: string;
  readonly photoSize: PhotoSize;
  /** Whether to load the gateway with photos of every size, too: the basis of docs/capacity.md. */
  readonly withPhotoSizes: boolean;
}

const HELP = `Usage: deno task bench [options]

Compares ways to get embeddings of photos from a remote model, over a shaped link, with real servers that it starts
itself, and writes bench/results/NAME.json and NAME.html. Ctrl-C keeps what is finished.

  --quick            some cells, about 2 minutes      --smoke            a few requests of each way, for CI
  --name NAME        of the result (full, quick or smoke)
  --link PROFILE     ${Object.keys(LINK_PROFILES).join(", ")} (wan)
  --rtt MS --mbit N  a link of your own
  --ways A,B         ${WAY_NAMES.join(", ")}
  --batches 1,4      images in a request              --clients 1,8      requests in flight
  --seconds N        a cell lasts at most
  --rounds N         runs of the whole grid, for the noise between them
  --size SIDE        of the photos: ${PHOTO_SIZE_NAMES.join(", ")} (224)
  --model NAME       in model_repository (dct_512)
  --photo-sizes      what photos of every size cost the gateway, too
  --python           with the Python service, which is set up in .cache/ (needs Python 3.11)
  --python-workers N processes of it (one a core)
  --service URL      a service that is there, with POST /embed/base64
  --gateway URL      a gateway that is there; its key in BENCH_API_KEY
  --triton NAME=URL,MODEL[,GRPC_URL]
                     a Triton that is there, more than once if you like: its HTTP address; gRPC is one port further`;

const QUICK = { batches: [1, 32], clients: [1, 8], cellSeconds: 4, withPhotoSizes: false } as const;
const SMOKE = { ...QUICK, batches: [1], clients: [1], cellSeconds: 1 } as const;
const FULL = {
  batches: [1, 4, 8, 16, 32],
  clients: [1, 8, 16],
  cellSeconds: 6,
  withPhotoSizes: true,
} as const;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** The program's arguments. */
export const BENCH_PROGRAM = {
  help: HELP,
  options: {
    quick: flag,
    smoke: flag,
    python: flag,
    name: text,
    link: { ...text, default: "wan" },
    rtt: text,
    mbit: text,
    ways: text,
    batches: text,
    clients: text,
    seconds: text,
    rounds: text,
    size: { ...text, default: "224" },
    model: { ...text, default: "dct_512" },
    "photo-sizes": flag,
    "python-workers": text,
    service: text,
    gateway: text,
    triton: { ...text, multiple: true },
  },
} as const;

/**
 * What the arguments ask for.
 *
 * @throws {UsageError} for what makes no sense.
 */
export function toBenchOptions({ values }: Parsed<typeof BENCH_PROGRAM>): BenchOptions {
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
    rounds: parseNumbers("rounds", values.rounds)?.[0] ?? 1,
    cellSeconds: parseNumbers("seconds", values.seconds)?.[0] ?? base.cellSeconds,
    photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
    withPhotoSizes: values["photo-sizes"] || base.withPhotoSizes,
    tritons: (values.triton ?? []).map(parseTriton),
    gatewayUrl: parseUrl("gateway", values.gateway),
    serviceUrl: parseUrl("service", values.service),
    pythonWorkers: !withPython
      ? 0
      : parseNumbers("python-workers", values["python-workers"])?.[0] ??
        navigator.hardwareConcurrency,
  };
}

function parseName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) return name;
  throw new UsageError(`--name must be small letters, digits, - and _: it is ${name}`);
}

function parseLink(
  values: { readonly link: string; readonly rtt?: string; readonly mbit?: string },
): LinkProfile {
  const profile = LINK_PROFILES[oneOf("link", values.link, Object.keys(LINK_PROFILES))];
  const { rttMs, mbitPerSecond } = profile as LinkProfile;
  if (values.rtt === undefined && values.mbit === undefined) return profile as LinkProfile;
  const [rtt = rttMs] = parseNumbers("rtt", values.rtt) ?? [];
  const [mbit = mbitPerSecond] = parseNumbers("mbit", values.mbit) ?? [];
  return { name: "custom", rttMs: rtt, mbitPerSecond: mbit };
}

function parseWays(list: string | undefined, withPython: boolean): readonly WayName[] {
  if (list === undefined) return WAY_NAMES.filter((name) => name !== "python" || withPython);
  return list.split(",").map((name) => oneOf("ways", name, WAY_NAMES));
}

function parseNumbers(name: string, list: string | undefined): number[] | undefined {
  return list?.split(",").map((item) => positive(name, item));
}

function parseUrl(name: string, url: string | undefined): string | undefined {
  if (url === undefined || URL.canParse(url)) return url?.replace(/\/$/, "");
  throw new UsageError(`--${name} must be a URL: it is ${url}`);
}

/** `NAME=URL,MODEL[,GRPC_URL]`; Triton's gRPC port is by default the one after its HTTP port. */
function parseTriton(argument: string): TritonAddress {
  const match = /^([\w.-]+)=([^,]+),([\w.-]+)(?:,([^,]+))?$/.exec(argument);
  const [, name = "", url, model = "", grpcUrl] = match ?? [];
  const httpUrl = parseUrl("triton", url);
  if (httpUrl === undefined) throw new UsageError("--triton must be NAME=URL,MODEL[,GRPC_URL]");
  const next = new URL(httpUrl);
  next.port = String(Number(next.port || "80") + 1);
  return { name, httpUrl, grpcUrl: parseUrl("triton", grpcUrl) ?? next.origin, model };
}
