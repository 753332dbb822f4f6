/** Every stage of the gateway's road alone, one after the other, by the gateway's own code; beside Pillow. */
import { parseOptions } from "../../gateway/contract/options.ts";
import { parseJsonObject } from "../../gateway/http/codec/json_body.ts";
import { decodeImageText } from "../../gateway/http/codec/image_text.ts";
import { native } from "../../gateway/http/dialects/native.ts";
import { type PreprocessResult, SlotPreprocessor } from "../../gateway/work/slot_preprocessor.ts";
import { normalizeL2 } from "../../models/contract/vectors.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { createPhotos, type PhotoSize } from "../../testing/photo_set.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { markdownTable } from "../report/readme_table.ts";
import { short } from "../report/svg.ts";
import { summarize, type Summary } from "../timing/statistics.ts";
import { PillowProcess, type Timing } from "./pillow_process.ts";

/** Photos of a size: enough that branches are not learnt by heart. */
const PHOTOS = 16;
const LARGE_PHOTOS = 4;
/** Decodes and resizes of one photo, for their own report of where time goes. */
const PREPROCESS_CALLS = 30;
const REPLY_MODEL = { model: "bench", dim: 512 };

/** Time the calls of one measurement take together, about. */
const BUDGET_MS = 400;
const CALLS_MIN = 10;
const CALLS_MAX = 2000;

type Jpegs = readonly Uint8Array<ArrayBuffer>[];
type Timings = Readonly<Record<string, Timing>>;

/** A table of medians in milliseconds, minima in parentheses. */
export async function stagesTable(
  sizes: readonly PhotoSize[],
  python: string | undefined,
): Promise<string> {
  const head = ["ms, median (minimum)"];
  const columns: Timings[] = [];
  const { preprocess } = preprocessorSettings();
  for (const size of sizes) {
    const count = size === "4000" ? LARGE_PHOTOS : PHOTOS;
    const photos = await createPhotos({ size, withTensors: false, preprocess, count });
    const jpegs = photos.map(({ jpeg }) => jpeg);
    head.push(`${size} px`);
    columns.push(await gatewayStages(jpegs));
    if (python === undefined) continue;
    head.push("Pillow");
    columns.push(await pillowStages(python, jpegs));
  }
  const show = (timing: Timing | undefined) =>
    timing === undefined ? "" : `${short(timing.p50)} (${short(timing.min)})`;
  const names = Object.keys(columns[0] ?? {});
  return markdownTable(head, names.map((name) => [name, ...columns.map((one) => show(one[name]))]));
}

async function gatewayStages(jpegs: Jpegs): Promise<Timings> {
  const settings = preprocessorSettings();
  const { limits } = settings;
  const pick = (index: number) => jpegs[index % jpegs.length] as Uint8Array<ArrayBuffer>;
  const texts = jpegs.map((jpeg) => jpeg.toBase64());
  const text = (index: number) => texts[index % texts.length] as string;
  const bodies = texts.map((text) => new TextEncoder().encode(JSON.stringify({ images: [text] })));
  const body = (index: number) => bodies[index % bodies.length] as Uint8Array;
  const { decode, resize, write } = await preprocessStages(settings, pick);
  const embedding = normalizeL2(Float32Array.from({ length: 512 }, (_, index) => index - 250));
  const request = {
    inputs: [],
    modality: "image",
    model: undefined,
    isSingle: true,
    options: parseOptions({}),
  } as const;
  const reply = (accept: string) => {
    const writeReply = native.reply(request, new Headers({ accept }));
    return measure(() => writeReply([embedding], REPLY_MODEL));
  };
  return {
    "parse JSON body": await measure((index) => parseJsonObject(body(index))),
    "decode base64": await measure((index) => decodeImageText(text(index), limits.bytesMax)),
    "judge header": await measure((index) => judgeImage(pick(index), limits)),
    "decode JPEG": decode,
    "resize and crop": resize,
    "normalise into slot": write,
    "reply, JSON": await reply("application/json"),
    "reply, float32": await reply("application/octet-stream"),
  };
}

/** As the worker itself stamps them; the slot is memory that the embedded engine, or a client inline, would read. */
async function preprocessStages(
  settings: PreprocessorSettings,
  pick: (index: number) => Uint8Array<ArrayBuffer>,
): Promise<Record<"decode" | "resize" | "write", Summary>> {
  using preprocessor = new SlotPreprocessor([settings]);
  const buffer = new SharedArrayBuffer(settings.preprocess.size ** 2 * 3 * 4);
  const address = { kind: "memory", datatype: "FP32", buffer, byteOffset: 0 } as const;
  const cost = { ms: 0, bytes: 0 };
  const results: PreprocessResult[] = [];
  for (let index = 0; index <= PREPROCESS_CALLS; index++) {
    const bytes = pick(index);
    const header = judgeImage(bytes, settings.limits);
    results.push(await preprocessor.run({ bytes, header, cost, ...OPEN_CLIP, address }));
  }
  // The first one compiled the code.
  const of = (stage: "decodeMs" | "resizeMs" | "writeMs") =>
    summarize(results.slice(1).map((result) => result[stage]));
  return { decode: of("decodeMs"), resize: of("resizeMs"), write: of("writeMs") };
}

async function pillowStages(python: string, jpegs: Jpegs): Promise<Timings> {
  await using pillow = await PillowProcess.start(python);
  return await pillow.call("stages", await Promise.all(jpegs.map((jpeg) => pillow.write(jpeg))));
}

/** Calls a function, at first without looking at the clock. */
async function measure(call: (index: number) => unknown): Promise<Summary> {
  for (let index = 0; index < 5; index++) await call(index);
  const samples: number[] = [];
  const end = performance.now() + BUDGET_MS;
  while (samples.length < CALLS_MIN || (performance.now() < end && samples.length < CALLS_MAX)) {
    const started = performance.now();
    const result = call(samples.length);
    // Most stages are synchronous: awaiting them would be timed too.
    if (result instanceof Promise) await result;
    samples.push(performance.now() - started);
  }
  return summarize(samples);
}
