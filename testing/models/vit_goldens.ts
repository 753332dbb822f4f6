/** Small image towers of open_clip: checkpoints, pictures and what open_clip made of them. */
import { fileURLToPath } from "node:url";
import type { OpenClipVitArchitecture } from "../../models/contract/architecture.ts";
import { type ImageManifest, parseManifest } from "../../models/contract/manifest.ts";
import { readRepositoryManifest } from "./repository_manifests.ts";

/** A tower, and two pictures with their embeddings. */
export interface VitGolden {
  readonly manifest: ImageManifest;
  readonly architecture: OpenClipVitArchitecture;
  /** Path of its safetensors file. */
  readonly checkpoint: string;
  /** u8 [size, size, 3] each. */
  readonly crops: Uint8Array<ArrayBuffer>[];
  /** f32 [dim] each, not normalised. */
  readonly embeddings: Float32Array[];
}

/** What `make_vit_goldens.py small` wrote; the manifests differ from openclip_vit_b32's in the tower's numbers only. */
export function readVitGoldens(): VitGolden[] {
  const base = readRepositoryManifest("openclip_vit_b32");
  const entries: {
    checkpoint: string;
    size: number;
    dim: number;
    architecture: OpenClipVitArchitecture;
    crops: string[];
    embeddings: string[];
  }[] = JSON.parse(Deno.readTextFileSync(new URL("vit_goldens.json", import.meta.url)));
  return entries.map(({ checkpoint, size, dim, architecture, crops, embeddings }) => {
    const manifest = parseManifest(JSON.stringify({
      ...base,
      architecture,
      preprocess: { ...base.preprocess, size },
      input: { ...base.input, shape: [3, size, size] },
      output: { ...base.output, shape: [dim] },
    })) as ImageManifest;
    return {
      manifest,
      architecture: manifest.architecture as OpenClipVitArchitecture,
      checkpoint: fileURLToPath(new URL(`checkpoints/${checkpoint}`, import.meta.url)),
      crops: crops.map((crop) => Uint8Array.fromBase64(crop)),
      embeddings: embeddings.map((embedding) =>
        new Float32Array(Uint8Array.fromBase64(embedding).buffer)
      ),
    };
  });
}
