/** Every stage of the gateway's road, one after the other, by the gateway's own code. */
import { binaryReply, rowsReply } from "../../gateway/http/embed_reply.ts";
import { parseJsonObject } from "../../gateway/http/codec/json_body.ts";
import { decodeImageText } from "../../gateway/http/codec/image_text.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { type PreprocessResult, SlotPreprocessor } from "../../gateway/work/slot_preprocessor.ts";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import {
  type PreprocessorSettings,
  preprocessorSettings,
} from "../../preprocess/preprocessor_settings.ts";
import { findTurboJpeg } from "../../preprocess/decode/turbojpeg_library.ts";
import { normalizeL2 } from "../../models/contract/vectors.ts";
import type { PreprocessSpec } from "../../preprocess/contract/preprocess_spec.ts";
import { measure, type Timing, timingOf } from "./measure.ts";

/** A stage with its time. */
export interface StageTiming extends Timing {
  readonly stage: string;
}

/** Photos preprocessed, for their own report of where time goes. */
const PREPROCESS_CALLS = 30;
const REPLY_MODEL = { model: "bench", dim: 512 };

/** Times the stages for some photos of one size. */
export async function gatewayStages(
  jpegs: readonly Uint8Array<ArrayBuffer>[],
  preprocess: PreprocessSpec,
): Promise<StageTiming[]> {
  const pick = (index: number) => jpegs[index % jpegs.length] as Uint8Array<ArrayBuffer>;
  const texts = jpegs.map((jpeg) => jpeg.toBase64());
  const bodies = texts.map((text) => new TextEncoder().encode(JSON.stringify({ images: [text] })));
  const settings = preprocessorSettings({ preprocess, turboJpegPath: findTurboJpeg().path });
  const { decode, resize, write } = await preprocessStages(settings, pick);
  const embedding = normalizeL2(Float32Array.from({ length: 512 }, (_, index) => index - 250));
  const rows: [string, Timing][] = [
    [
      "parse JSON body",
      await measure((index) => parseJsonObject(bodies[index % bodies.length] as Uint8Array)),
    ],
    [
      "decode base64",
      await measure((index) =>
        decodeImageText(texts[index % texts.length] as string, DEFAULT_LIMITS.bytesMax)
      ),
    ],
    ["judge header", await measure((index) => judgeImage(pick(index), DEFAULT_LIMITS))],
    ["decode JPEG", decode],
    ["resize and crop", resize],
    ["normalise into slot", write],
    ["reply, JSON", await measure(() => rowsReply([embedding], REPLY_MODEL))],
    ["reply, float32", await measure(() => binaryReply([embedding], REPLY_MODEL))],
  ];
  return rows.map(([stage, timing]) => ({ stage, ...timing }));
}

/** As the decode worker itself stamps them; the slot is memory that the embedded engine, or a client inline, would read. */
async function preprocessStages(
  settings: PreprocessorSettings,
  pick: (index: number) => Uint8Array<ArrayBuffer>,
): Promise<{ decode: Timing; resize: Timing; write: Timing }> {
  using preprocessor = new SlotPreprocessor(settings);
  const buffer = new SharedArrayBuffer(settings.preprocess.size ** 2 * 3 * 4);
  const address = { kind: "memory", datatype: "FP32", buffer, byteOffset: 0 } as const;
  const run = (index: number) => {
    const bytes = pick(index);
    const header = judgeImage(bytes, settings.limits);
    return preprocessor.run({ bytes, header, ...OPEN_CLIP, address });
  };
  await run(0);
  const results: PreprocessResult[] = [];
  for (let index = 0; index < PREPROCESS_CALLS; index++) results.push(await run(index));
  return {
    decode: timingOf(results.map(({ decodeMs }) => decodeMs)),
    resize: timingOf(results.map(({ resizeMs }) => resizeMs)),
    write: timingOf(results.map(({ writeMs }) => writeMs)),
  };
}
