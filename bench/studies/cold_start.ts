/** How long it takes from starting a process to its first embedding, and how much slower the first request is. */
import { fileURLToPath } from "node:url";
import { startTriton } from "../../testing/triton/triton_process.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { createPhotos, type Photo } from "../photos/photo_set.ts";
import { startGateway } from "../processes/gateway.ts";
import { startPythonService } from "../service/python_service.ts";
import { mean, summarize } from "../timing/statistics.ts";
import { type WayName, WAYS } from "../ways/registry.ts";

/** One kind of server, several times. */
export interface ColdStart {
  readonly what: string;
  /** Means: from starting the process to its saying that it is ready. */
  readonly readyMs: number;
  /** The first request, on a new connection. */
  readonly firstMs: number;
  /** The median of the requests that follow. */
  readonly warmMs: number;
  readonly starts: number;
}

/** What to start, how often. */
export interface ColdStartChoice {
  readonly model: string;
  /** Whether Triton can be started here. */
  readonly withTriton: boolean;
  readonly withPython: boolean;
  readonly starts: number;
  /** Ends the study before the next kind of server. */
  readonly signal: AbortSignal;
  readonly report: (text: string) => void;
}

interface Starter {
  readonly what: string;
  readonly way: WayName;
  readonly start: () => Promise<AsyncDisposable & { readonly url: string }>;
}

const REPOSITORY = fileURLToPath(new URL("../../model_repository", import.meta.url));
const CACHE = fileURLToPath(new URL("../../.cache", import.meta.url));
const WARM_REQUESTS = 20;

/** Starts every kind of server in turn; nothing else should run meanwhile. */
export async function measureColdStarts(choice: ColdStartChoice): Promise<ColdStart[]> {
  const { model, starts, report } = choice;
  const { preprocess } = await new ModelFolder(REPOSITORY, model).manifest();
  const photos = await createPhotos({ size: "224", withTensors: true, preprocess, count: 16 });
  await using stack = new AsyncDisposableStack();
  const starters: Starter[] = [{
    what: "gateway, embedded engine",
    way: "gateway-raw",
    start: () => startGateway({ model }),
  }];
  if (choice.withTriton) starters.push(...await tritonStarters(choice, stack));
  if (choice.withPython) {
    const workers = navigator.hardwareConcurrency;
    starters.push({
      what: `Python service, ${workers} processes`,
      way: "python",
      start: () => startPythonService({ engine: { kind: "onnx", model }, workers, report }),
    });
  }
  const rows: ColdStart[] = [];
  for (const starter of starters) {
    if (choice.signal.aborted) break;
    report(`cold start: ${starter.what}`);
    const samples: Sample[] = [];
    for (let run = 0; run < starts; run++) samples.push(await measure(starter, model, photos));
    rows.push({
      what: starter.what,
      readyMs: mean(samples.map(({ readyMs }) => readyMs)),
      firstMs: mean(samples.map(({ firstMs }) => firstMs)),
      warmMs: mean(samples.map(({ warmMs }) => warmMs)),
      starts,
    });
  }
  return rows;
}

type Sample = Pick<ColdStart, "readyMs" | "firstMs" | "warmMs">;

async function measure(starter: Starter, model: string, photos: readonly Photo[]): Promise<Sample> {
  const started = performance.now();
  await using server = await starter.start();
  const readyMs = performance.now() - started;
  await using way = WAYS[starter.way].create({ url: server.url, model });
  const samples: number[] = [];
  for (let request = 0; request <= WARM_REQUESTS; request++) {
    const sent = performance.now();
    await way.send([photos[request % photos.length] as Photo]);
    samples.push(performance.now() - sent);
  }
  return { readyMs, firstMs: samples[0] ?? NaN, warmMs: summarize(samples.slice(1)).p50 };
}

async function tritonStarters(
  { model }: ColdStartChoice,
  stack: AsyncDisposableStack,
): Promise<Starter[]> {
  const cold = await repositoryWithoutWarmUp(model);
  stack.defer(() => Deno.remove(cold, { recursive: true }));
  const start = async (repository: string) => {
    const triton = await startTriton({ repository, models: [model], exitTimeoutSeconds: 1 });
    return {
      url: triton.httpUrl,
      [Symbol.asyncDispose]: () => triton[Symbol.asyncDispose](),
    };
  };
  const shared = stack.use(
    await startTriton({ repository: REPOSITORY, models: [model], exitTimeoutSeconds: 1 }),
  );
  return [
    {
      what: "gateway, Triton running",
      way: "gateway-raw",
      start: () => startGateway({ model, tritonUrl: shared.grpcUrl }),
    },
    { what: "Triton with warm-up", way: "triton-http", start: () => start(REPOSITORY) },
    { what: "Triton without warm-up", way: "triton-http", start: () => start(cold) },
  ];
}

/** A copy of the model whose configuration has no warm-up. */
async function repositoryWithoutWarmUp(model: string): Promise<string> {
  await Deno.mkdir(CACHE, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: CACHE, prefix: "bench_repository_" });
  const [from, to] = [`${REPOSITORY}/${model}`, `${folder}/${model}`];
  await Deno.mkdir(`${to}/1`, { recursive: true });
  for (const name of ["1/model.onnx", "manifest.json", "golden.json"]) {
    await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
  const config = await Deno.readTextFile(`${from}/config.pbtxt`);
  await Deno.writeTextFile(`${to}/config.pbtxt`, withoutWarmUp(config));
  return folder;
}

/** Takes `model_warmup { … }` blocks out of a configuration as the exporter writes it. */
export function withoutWarmUp(config: string): string {
  return config.replace(/^model_warmup \{\n(?:.*\n)*?\}\n/gm, "");
}
