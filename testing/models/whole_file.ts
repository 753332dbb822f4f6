import { type ModelFiles, readParts } from "../../models/graph/onnx_file.ts";

/**
 * The bytes of a model in one file.
 *
 * @throws {TypeError} when it has two.
 */
export async function wholeFile({ model, data }: ModelFiles): Promise<Uint8Array<ArrayBuffer>> {
  if (data.length > 0) throw new TypeError("Cannot join a model of two files");
  return await new Blob(await Array.fromAsync(readParts(model)) as BlobPart[]).bytes();
}
