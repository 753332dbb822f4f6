/**
 * The golden embedding, `model_repository/<name>/golden.json`: what the model gave for one known input when it was
 * exported. An engine that gives something else runs another model, or runs it wrongly.
 */
import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const goldenSchema = z.strictObject({
  /** Which picture the input was made from. */
  photo: z.string().min(1),
  /** Of the input as f32, NCHW, little-endian. */
  input_f32_sha256: sha256,
  /** Of the exported ONNX file. */
  model_sha256: sha256,
  /** f32, little-endian, in base64; not normalised. */
  embedding: z.base64(),
});

/** One input's digest and its embedding, f32 [dim], not normalised. */
export interface Golden {
  readonly photo: string;
  readonly inputSha256: string;
  readonly modelSha256: string;
  readonly embedding: Float32Array;
}

/** The file's text. */
export function formatGolden(golden: Golden): string {
  const { photo, inputSha256, modelSha256, embedding } = golden;
  const bytes = new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength);
  const file: z.infer<typeof goldenSchema> = {
    photo,
    input_f32_sha256: inputSha256,
    model_sha256: modelSha256,
    embedding: bytes.toBase64(),
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
  const { photo, input_f32_sha256, model_sha256, embedding } = result.data;
  const bytes = Uint8Array.fromBase64(embedding);
  if (bytes.byteLength % 4 !== 0) {
    throw new SyntaxError(
      `Cannot read golden embedding: its length must be a multiple of 4 bytes: current value is ${bytes.byteLength}`,
    );
  }
  return {
    photo,
    inputSha256: input_f32_sha256,
    modelSha256: model_sha256,
    embedding: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
  };
}
