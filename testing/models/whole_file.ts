import { type Part, readParts } from "../../models/graph/onnx_file.ts";

/** The bytes of an ONNX file that comes in parts. */
export async function wholeFile(parts: readonly Part[]): Promise<Uint8Array<ArrayBuffer>> {
  return await new Blob(await Array.fromAsync(readParts(parts)) as BlobPart[]).bytes();
}
