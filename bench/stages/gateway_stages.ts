/** Every stage of the gateway's road, one after the other, by the gateway's own code. */
import { binaryReply, rowsReply } from "../../gateway/http/embed_reply.ts";
import { parseJsonObject } from "../../gateway/http/codec/json_body.ts";
import { decodeImageText } from "../../gateway/http/codec/image_text.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { preprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { findTurboJpeg } from "../../preprocess/decode/turbojpeg_library.ts";
import { normalizeL2 } from "../../models/contract/vectors.ts";
import type { PreprocessSpec } from "../../preprocess/contract/preprocess_spec.ts";
import { measure, type Timing, timingOf } from "./measure.ts";

/** A stage with its time. */
export interface StageTiming extends Timing {
  readonly stage: string;
}

/** Decodes and resizes of one photo, for their own report of where time goes. */
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
  using preprocessor = new Preprocessor(
    preprocessorSettings({ preprocess, turboJpegPath: findTurboJpeg().path }),
  );
  const { decode, resize, crop } = await preprocessStages(preprocessor, pick);
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
    ["normalise into slot", await measure(memoryWriter(preprocessor, crop))],
    ["reply, JSON", await measure(() => rowsReply([embedding], REPLY_MODEL))],
    ["reply, float32", await measure(() => binaryReply([embedding], REPLY_MODEL))],
  ];
  return rows.map(([stage, timing]) => ({ stage, ...timing }));
}

/** Decoding and resizing as the preprocessor itself stamps them. */
async function preprocessStages(
  preprocessor: Preprocessor,
  pick: (index: number) => Uint8Array<ArrayBuffer>,
): Promise<{ decode: Timing; resize: Timing; crop: Uint8Array<ArrayBuffer> }> {
  const decodes: number[] = [];
  const resizes: number[] = [];
  let last = await preprocessor.preprocess(pick(0), OPEN_CLIP);
  for (let index = 0; index < PREPROCESS_CALLS; index++) {
    last = await preprocessor.preprocess(pick(index), OPEN_CLIP);
    decodes.push(last.decodeMs);
    resizes.push(last.resizeMs);
  }
  return { decode: timingOf(decodes), resize: timingOf(resizes), crop: last.crop };
}

/** Normalises a crop into memory that the embedded engine, or a client inline, would read. */
function memoryWriter(preprocessor: Preprocessor, crop: Uint8Array<ArrayBuffer>): () => void {
  const buffer = new SharedArrayBuffer(crop.length * 4);
  const address = { kind: "memory", datatype: "FP32", buffer, byteOffset: 0 } as const;
  return () => preprocessor.writeInput(crop, address);
}
