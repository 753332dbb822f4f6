// deno-lint-ignore-file no-console
/** `deno task model:pairs`: one gateway of three models, asked in every form, beside open_clip's own cosines. */
import { type Parsed, runProgram } from "../../command/program.ts";
import { compareEmbeddings, cosine } from "../../models/contract/vectors.ts";
import { type ChildGateway, startChild } from "../child_gateway.ts";
import { type PairGolden, readPairGoldens } from "../models/pair_goldens.ts";
import { SEEDED_REPOSITORY } from "../models/seeded_repository.ts";
import { startTriton, type TritonProcess } from "../triton/triton_process.ts";
import { CheckList } from "./check_list.ts";
import { MODELS, type Photo, photoKey, textKey } from "./known_inputs.ts";
import { mixedForm, mixedForms } from "./mixed_forms.ts";
import { photoForm, photoForms } from "./photo_forms.ts";
import { textForm, textForms } from "./text_forms.ts";
import { checkRanking } from "./rankings.ts";
import { checkRefusal, refusedForms } from "./refusals.ts";
import {
  checkForm,
  embed,
  type KnownEmbeddings,
  knownOf,
  type RequestForm,
} from "./request_form.ts";
import { makeServedRepository } from "./served_repository.ts";

const HELP = `Usage: deno task model:pairs [options]

Starts one gateway of dct_512 and of both towers of ViT-B/32 with seeded weights, first with the embedded engine, then
beside a real Triton. Sends photos and words in every form of a request, which must all give the same vectors, and 50
pairs of a photo and a sentence, whose cosines must be open_clip's within 1e-5. Exits 1 when one check fails. Needs
CLIP's vocabulary, which python3.11 testing/tokens/make_vocabulary.py puts into .cache; makes 1.2 GB there.

  --no-export  with the models of the last time, where there are some
  --no-triton  the embedded engine alone`;

const PROGRAM = {
  help: HELP,
  options: {
    "no-export": { type: "boolean", default: false },
    "no-triton": { type: "boolean", default: false },
  },
} as const;

const COSINE_DIFFERENCE_MAX = 1e-5;
/** Of one input by two runtimes, each element after normalisation. */
const ENGINE_DIFFERENCE_MAX = 1e-5;
/** Loading models and running each on its golden input. */
const READY_MS_MAX = 120_000;
/** Ends what hangs: a run takes a minute or two. */
const RUN_MS_MAX = 900_000;
/** Pairs in one request of photos beside texts. */
const PAIRS_A_REQUEST = 10;
const PHOTOS = new URL("../photos/", import.meta.url);

async function run({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const signal = AbortSignal.timeout(RUN_MS_MAX);
  await makeServedRepository(values["no-export"]);
  const checks = new CheckList();
  const here = await checkEmbedded(checks, signal);
  if (!values["no-triton"]) {
    const there = await checkOnTriton(checks, signal);
    await checks.run("both engines: every photo and text", () => compareAll(here, there));
  }
  console.log(`\n${checks}`);
  Deno.exitCode = checks.isGood ? 0 : 1;
}

async function checkEmbedded(checks: CheckList, signal: AbortSignal): Promise<KnownEmbeddings> {
  return await checkGateway(checks, { GATEWAY_ENGINE: "embedded" }, signal);
}

async function checkOnTriton(checks: CheckList, signal: AbortSignal): Promise<KnownEmbeddings> {
  await using triton = await startTriton({
    repository: SEEDED_REPOSITORY,
    models: Object.values(MODELS),
    signal,
  });
  const env = { GATEWAY_ENGINE: "triton", GATEWAY_TRITON_URL: triton.grpcUrl };
  const known = await checkGateway(checks, env, signal);
  await checks.run("Triton counted inferences of every model", () => assertCounted(triton));
  return known;
}

/** @throws {Error} when a model's embeddings came from elsewhere. */
async function assertCounted({ httpUrl }: TritonProcess): Promise<void> {
  // A connection kept alive would hold up the server's end.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  for (const model of Object.values(MODELS)) {
    const url = `${httpUrl}/v2/models/${model}/versions/1/stats`;
    const { model_stats } = await (await fetch(url, { client })).json();
    const count = Number(model_stats?.[0]?.inference_count);
    if (!(count >= readPairGoldens().length)) throw new Error(`${model} has ${count} inferences`);
  }
}

async function checkGateway(
  checks: CheckList,
  engine: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<KnownEmbeddings> {
  await using gateway = await startChild({
    env: {
      GATEWAY_MODEL_REPOSITORY: SEEDED_REPOSITORY,
      GATEWAY_MODELS: Object.values(MODELS).join(),
      // A busy machine takes longer than a request should; no speed is judged here.
      GATEWAY_REQUEST_TIMEOUT_MS: "50000",
      ...engine,
    },
    signal,
  });
  const { url } = gateway;
  await untilReady(url, signal);
  console.log(`\n${await describe(url)}\n`);
  const pairs = readPairGoldens();
  const photos = await readPhotos(pairs);
  const known = await embedAll(url, pairs, photos);
  await checkAllForms(url, checks, { photos, known });
  await checkPairs(url, checks, { pairs, photos, known });
  await checks.run("ends by SIGTERM with exit code 0", () => end(gateway));
  return known;
}

/** Killed, it would leave its shared memory to the next gateway. */
async function end({ process }: ChildGateway): Promise<void> {
  process.kill("SIGTERM");
  const { code } = await process.status;
  if (code !== 0) throw new Error(`exit code is ${code}`);
}

/** Waits until every model has embedded its golden input. */
async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  const giveUpMs = performance.now() + READY_MS_MAX;
  for (const model of Object.values(MODELS)) {
    while (!(await isReady(`${url}/readyz?model=${model}`, signal))) {
      if (performance.now() > giveUpMs) throw new Error(`Model ${model} does not become ready`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  const { ok, body } = await fetch(url, { signal });
  await body?.cancel();
  return ok;
}

async function describe(url: string): Promise<string> {
  const { engine } = await (await fetch(`${url}/info`)).json();
  const { engine: name, tensorPath, runtime } = engine;
  return [name, runtime, tensorPath].filter((part) => part !== undefined).join(", ");
}

/** The photos of the pairs, each once. */
async function readPhotos(pairs: readonly PairGolden[]): Promise<Photo[]> {
  const names = [...new Set(pairs.map(({ photo }) => photo))];
  return await Promise.all(
    names.map(async (name) => ({ name, bytes: await Deno.readFile(new URL(name, PHOTOS)) })),
  );
}

/** Every photo by both models of images, and every text, each alone in its request. */
async function embedAll(
  url: string,
  pairs: readonly PairGolden[],
  photos: readonly Photo[],
): Promise<KnownEmbeddings> {
  const known = new Map<string, Float32Array>();
  const forms = [
    ...photos.flatMap((photo) => [photoForm(photo, MODELS.dct), photoForm(photo, MODELS.image)]),
    ...[...pairs.map(({ text }) => text), ...FORM_TEXTS].map(textForm),
  ];
  for (const form of forms) {
    const [embedding] = await embed(url, form);
    if (embedding !== undefined) known.set(form.rows[0] as string, embedding);
  }
  return known;
}

interface Material {
  readonly photos: readonly Photo[];
  readonly known: KnownEmbeddings;
}

/** Inputs of a ranking, of each kind. */
const RANKED = 8;

/** One of few tokens with a sign, and one that is longer than the model takes. */
const FORM_TEXTS = ["Two cafés & a “neon” sign 🌃", "a very, very long walk ".repeat(40)] as const;

async function checkAllForms(
  url: string,
  checks: CheckList,
  { photos, known }: Material,
): Promise<void> {
  const tooLong = [textKey(FORM_TEXTS[1])];
  const two = [photos[0], photos.at(-1)] as [Photo, Photo];
  for (const form of allForms(two)) {
    await checks.run(form.name, () => checkForm(url, form, { embeddings: known, tooLong }));
  }
  const inputs = {
    photos: photos.slice(0, RANKED),
    texts: readPairGoldens().slice(0, RANKED).map(({ text }) => text),
  };
  for (const kind of ["photos by a text", "texts by a photo", "texts by a text"] as const) {
    await checks.run(`/rank ${kind}`, () => checkRanking(url, kind, { inputs, known }));
  }
  for (const form of refusedForms(two[0])) {
    await checks.run(`refused: ${form.name}`, () => checkRefusal(url, form));
  }
}

/** By the defaults, and by names; either name of a space stands for both of its models where a request has both kinds. */
function allForms(photos: readonly [Photo, Photo]): RequestForm[] {
  const { dct, image, text } = MODELS;
  return [
    ...photoForms(photos, dct, {}),
    ...photoForms(photos, dct, { model: dct }),
    ...photoForms(photos, image, { model: image }),
    // Inputs that a named model does not embed go to one of its space.
    ...photoForms(photos, image, { model: text }),
    ...textForms(FORM_TEXTS, {}),
    ...textForms(FORM_TEXTS, { model: text }),
    ...textForms(FORM_TEXTS, { model: image }),
    ...[{}, { model: image }, { model: text }].flatMap((named) =>
      mixedForms(photos, FORM_TEXTS, named)
    ),
  ];
}

async function checkPairs(
  url: string,
  checks: CheckList,
  { pairs, photos, known }: Material & { readonly pairs: readonly PairGolden[] },
): Promise<void> {
  await checks.run(
    `${pairs.length} pairs, one input a request, beside open_clip`,
    () => compareCosines(pairs, known),
  );
  const mixed = new Map<string, Float32Array>();
  for (let start = 0; start < pairs.length; start += PAIRS_A_REQUEST) {
    const some = pairs.slice(start, start + PAIRS_A_REQUEST);
    const form = mixedForm(
      some.map(({ photo }) => photos.find(({ name }) => name === photo) as Photo),
      some.map(({ text }) => text),
    );
    for (const [index, row] of (await embed(url, form)).entries()) {
      mixed.set(form.rows[index] as string, row);
    }
  }
  await checks.run(
    `${pairs.length} pairs, ${PAIRS_A_REQUEST} a request, beside open_clip`,
    () => compareCosines(pairs, mixed),
  );
}

/** The largest difference of two cosines. */
function compareCosines(pairs: readonly PairGolden[], known: KnownEmbeddings): Promise<number> {
  return Promise.try(() => {
    const differences = pairs.map((pair) => Math.abs(cosineOf(pair, known) - pair.cosine));
    return held(Math.max(...differences), COSINE_DIFFERENCE_MAX);
  });
}

function cosineOf({ photo, text }: PairGolden, known: KnownEmbeddings): number {
  return cosine(knownOf(known, photoKey(MODELS.image, photo)), knownOf(known, textKey(text)));
}

function compareAll(here: KnownEmbeddings, there: KnownEmbeddings): Promise<number> {
  return Promise.try(() => {
    const differences = [...here].map(([key, embedding]) =>
      compareEmbeddings(embedding, knownOf(there, key)).maxDifference
    );
    return held(Math.max(...differences), ENGINE_DIFFERENCE_MAX);
  });
}

/** @throws {Error} when a figure is beyond its limit. */
function held(figure: number, limit: number): number {
  if (figure <= limit) return figure;
  throw new Error(`the largest difference is ${figure.toExponential(1)}: limit is ${limit}`);
}

if (import.meta.main) await runProgram(PROGRAM, run);
