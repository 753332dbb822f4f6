/** Runs towers as the exporter builds them. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { ImageManifest, ModelManifest, TextManifest } from "../../models/contract/manifest.ts";
import { modelFiles } from "../../models/graph/build_model.ts";
import { Safetensors } from "../../models/weights/safetensors.ts";
import { createNormalizer } from "../../preprocess/resize/normalize.ts";
import { wholeFile } from "./whole_file.ts";

/** A tower's manifest and checkpoint. */
export interface TowerSource<Manifest extends ModelManifest> {
  readonly manifest: Manifest;
  /** Path of a safetensors file. */
  readonly checkpoint: string;
}

/** Embeds crops, u8 [size, size, 3] each, as one batch; f32 [dim] a crop, not normalised. */
export async function embedCrops(
  source: TowerSource<ImageManifest>,
  crops: readonly Uint8Array[],
): Promise<Float32Array[]> {
  const { input, preprocess } = source.manifest;
  const dims = [crops.length, ...input.shape];
  const pixels = crops.flatMap((crop) => [...crop]);
  if (input.datatype === "UINT8") {
    return await embedBatch(source, new Tensor("uint8", Uint8Array.from(pixels), dims));
  }
  const normalize = createNormalizer(preprocess);
  const data = new Float32Array(pixels.length);
  crops.forEach((crop, index) =>
    normalize(crop, data.subarray(index * crop.length, (index + 1) * crop.length))
  );
  return await embedBatch(source, new Tensor("float32", data, dims));
}

/** Embeds texts, i32 [context_length] each, as one batch; f32 [dim] a text, not normalised. */
export async function embedIds(
  source: TowerSource<TextManifest>,
  ids: readonly Int32Array[],
): Promise<Float32Array[]> {
  const data = Int32Array.from(ids.flatMap((row) => [...row]));
  return await embedBatch(
    source,
    new Tensor("int32", data, [ids.length, ...source.manifest.input.shape]),
  );
}

async function embedBatch(
  { manifest, checkpoint }: TowerSource<ModelManifest>,
  batch: Tensor,
): Promise<Float32Array[]> {
  using weights = await Safetensors.open(checkpoint);
  const model = await wholeFile(modelFiles(manifest, { weights, sha256: "" }));
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { [manifest.output.name]: embedding } = await session.run({
    [manifest.input.name]: batch,
  });
  await session.release();
  const [count = 0, dim = 0] = embedding?.dims ?? [];
  const data = embedding?.data as Float32Array;
  return Array.from({ length: count }, (_, row) => data.slice(row * dim, (row + 1) * dim));
}
