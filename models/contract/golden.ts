/**
 * The golden embedding, `model_repository/<name>/golden.json`: what the model gave for one known input when it was
 * exported. An engine that gives something else runs another model, or runs it wrongly.
 */
import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const common = {
  /** Of the exported ONNX file, and of its data where it has some. */
  model_sha256: sha256,
  /** f32, little-endian, in base64; not normalised. */
  embedding: z.base64(),
  /** What the checkpoint multiplies cosines by, before a softmax over them: e to the power of its `logit_scale`. */
  logit_scale: z.number().positive().optional(),
  /** What the checkpoint adds to the product, where it does. */
  logit_bias: z.number().optional(),
};

const photoSchema = z.strictObject({
  /** Which picture the input was made from. */
  photo: z.string().min(1),
  /** Of the input as f32, NCHW, little-endian. */
  input_f32_sha256: sha256,
  ...common,
});

const textSchema = z.strictObject({
  /** The sentence that the input was made from. */
  text: z.string().min(1),
  /** Of the input as i32, little-endian. */
  input_i32_sha256: sha256,
  ...common,
});

const goldenSchema = z.union([photoSchema, textSchema]);

/** What the input was made from: a picture of that path, or a sentence. */
type GoldenSample = { readonly photo: string } | { readonly text: string };

/** One input's digest and its embedding, f32 [dim], not normalised; and how the checkpoint weighs cosines. */
export interface Golden {
  readonly sample: GoldenSample;
  readonly inputSha256: string;
  readonly modelSha256: string;
  readonly embedding: Float32Array;
  readonly logitScale?: number | undefined;
  readonly logitBias?: number | undefined;
}

/** The file's text. */
export function formatGolden(golden: Golden): string {
  const { sample, inputSha256, modelSha256, embedding, logitScale, logitBias } = golden;
  const bytes = new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength);
  const file: z.infer<typeof goldenSchema> = {
    ..."photo" in sample
      ? { photo: sample.photo, input_f32_sha256: inputSha256 }
      : { text: sample.text, input_i32_sha256: inputSha256 },
    model_sha256: modelSha256,
    embedding: bytes.toBase64(),
    logit_scale: logitScale,
    logit_bias: logitBias,
  };
  return JSON.stringify(file, null, 2) + "\n";
}

/**
 * Reads the file's text.
 *
 * @throws {SyntaxError} when the text is not JSON, a field is missing, unknown or malformed, or the embedding's bytes
 * are no whole number of f32.
 */
export function parseGolden(text: string): Golden {
  const result = goldenSchema.safeParse(JSON.parse(text));
  if (!result.success) {
    throw new SyntaxError(`Cannot read golden embedding: ${z.prettifyError(result.error)}`);
  }
  const { model_sha256, embedding, logit_scale, logit_bias } = result.data;
  const bytes = Uint8Array.fromBase64(embedding);
  if (bytes.byteLength % 4 !== 0) {
    throw new SyntaxError(
      `Cannot read golden embedding: its length must be a multiple of 4 bytes: current value is ${bytes.byteLength}`,
    );
  }
  return {
    ..."photo" in result.data
      ? { sample: { photo: result.data.photo }, inputSha256: result.data.input_f32_sha256 }
      : { sample: { text: result.data.text }, inputSha256: result.data.input_i32_sha256 },
    modelSha256: model_sha256,
    embedding: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
    ...logit_scale !== undefined && { logitScale: logit_scale },
    ...logit_bias !== undefined && { logitBias: logit_bias },
  };
}
