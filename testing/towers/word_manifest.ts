/** A text model of few words. */
import { parseManifest, type TextManifest } from "../../models/contract/manifest.ts";
import { sha256 } from "../digest.ts";
import { readRepositoryManifest } from "../models/repository_manifests.ts";

/** As `merges.txt` of the hub, with few merges: what they do not cover is encoded byte by byte. */
export const VOCABULARY = [
  "#version: 0.2",
  ...["c a", "ca t</w>", "d o", "do g</w>", "p h", "ph o", "pho t", "phot o</w>"],
  "",
].join("\n");

/** Bytes within words and at their ends, merges, and the marks of a text's start and end. */
const VOCABULARY_SIZE = 512 + 8 + 2;
const CONTEXT_LENGTH = 12;

/** Its manifest, of the checkpoint that `image` is of, so that both have one embedding space. */
export function wordManifest(name: string, image = "openclip_vit_b32"): TextManifest {
  const { weights, license, output, max_batch_size } = readRepositoryManifest(image);
  const manifest = parseManifest(JSON.stringify({
    ...{ name, description: "words of a test", license, weights, output, max_batch_size },
    modality: "text",
    architecture: {
      type: "open_clip_text",
      context_length: CONTEXT_LENGTH,
      vocab_size: VOCABULARY_SIZE,
      ...{ width: 8, layers: 1, heads: 1, mlp_width: 8 },
      ...{ activation: "gelu_erf", layer_norm_epsilon: 1e-5, quantization: "none" },
    },
    tokenizer: {
      type: "clip_bpe",
      vocabulary: { file: "merges.txt", sha256: sha256(new TextEncoder().encode(VOCABULARY)) },
    },
    input: { name: "text", datatype: "INT32", shape: [CONTEXT_LENGTH] },
    serving: { accelerator: "none", batching: "latency", warmup_batch_sizes: [1] },
  }));
  if (manifest.modality !== "text") throw new TypeError("Cannot happen: it says text");
  return manifest;
}
