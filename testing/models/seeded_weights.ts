/**
 * Weights that a formula gives, for proofs in full size without a download: `make_tower_goldens.py` has the same one. No
 * picture means anything to them, so they stay among tests.
 */
import type { TowerArchitecture } from "../../models/contract/architecture.ts";
import {
  elementCount,
  type ImageManifest,
  type TextManifest,
} from "../../models/contract/manifest.ts";
import type { TensorSource } from "./safetensors_file.ts";

/** Name and shape of a tensor of a checkpoint. */
export type TensorShape = readonly [name: string, shape: readonly number[]];

/** The tensors of open_clip's image tower, in the names of the hub's checkpoint. */
export function visualShapes(manifest: ImageManifest): TensorShape[] {
  const { architecture, preprocess, output } = manifest;
  if (architecture.type !== "open_clip_vit") {
    throw new TypeError("Cannot seed a model without weights");
  }
  const { width, layers, patch_size } = architecture;
  return [
    ["visual.class_embedding", [width]],
    ["visual.positional_embedding", [(preprocess.size / patch_size) ** 2 + 1, width]],
    ["visual.proj", [width, elementCount(output)]],
    ["visual.conv1.weight", [width, 3, patch_size, patch_size]],
    ...normShapes("visual.ln_pre", width),
    ...Array.from(
      { length: layers },
      (_, index) => blockShapes(`visual.transformer.resblocks.${index}`, architecture),
    ).flat(),
    ...normShapes("visual.ln_post", width),
  ];
}

/** A tensor as f32, seeded by its name. */
export function seededTensor([name, shape]: TensorShape, seed: number): TensorSource {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const { offset, scale } = distribution(name, shape);
  const start = hashText(name, seed);
  return {
    name,
    dtype: "F32",
    shape,
    byteLength: 4 * count,
    load: () => {
      const elements = new Float32Array(count);
      for (let index = 0; index < count; index++) {
        elements[index] = offset + scale * uniform(start + index);
      }
      return new Uint8Array(elements.buffer);
    },
  };
}

/** The tensors of open_clip's text tower and of the checkpoint as a whole, in the same names. */
export function textShapes({ architecture, output }: TextManifest): TensorShape[] {
  const { width, layers, context_length, vocab_size } = architecture;
  return [
    ["positional_embedding", [context_length, width]],
    ["text_projection", [width, elementCount(output)]],
    ["logit_scale", []],
    ["token_embedding.weight", [vocab_size, width]],
    ...Array.from(
      { length: layers },
      (_, index) => blockShapes(`transformer.resblocks.${index}`, architecture),
    ).flat(),
    ...normShapes("ln_final", width),
  ];
}

function normShapes(name: string, width: number): TensorShape[] {
  return [[`${name}.weight`, [width]], [`${name}.bias`, [width]]];
}

function blockShapes(
  name: string,
  { width, mlp_width }: Pick<TowerArchitecture, "width" | "mlp_width">,
): TensorShape[] {
  return [
    ...normShapes(`${name}.ln_1`, width),
    [`${name}.attn.in_proj_weight`, [3 * width, width]],
    [`${name}.attn.in_proj_bias`, [3 * width]],
    [`${name}.attn.out_proj.weight`, [width, width]],
    [`${name}.attn.out_proj.bias`, [width]],
    ...normShapes(`${name}.ln_2`, width),
    [`${name}.mlp.c_fc.weight`, [mlp_width, width]],
    [`${name}.mlp.c_fc.bias`, [mlp_width]],
    [`${name}.mlp.c_proj.weight`, [width, mlp_width]],
    [`${name}.mlp.c_proj.bias`, [width]],
  ];
}

/**
 * Elements are offset + scale · u, u in −1..1: gains around 1, small biases, and matrices that keep the variance of
 * what they multiply, those of attention more, so that tokens are attended unevenly.
 */
function distribution(name: string, shape: readonly number[]): { offset: number; scale: number } {
  // The largest that open_clip's training allows, and about what its checkpoints have: e to the power of it is 100.
  if (name === "logit_scale") return { offset: Math.log(100), scale: 0 };
  if (/(?:^|\.)ln_\w+\.weight$/.test(name)) return { offset: 1, scale: 0.25 };
  if (/embedding$/.test(name)) return { offset: 0, scale: 0.5 };
  if (shape.length === 1) return { offset: 0, scale: 0.125 };
  const inputs = name === "visual.proj" || name === "text_projection"
    ? shape[0] as number
    : shape.slice(1).reduce((product, extent) => product * extent, 1);
  const gain = /in_proj/.test(name) ? 1.5 : 1;
  return { offset: 0, scale: gain * Math.sqrt(3 / inputs) };
}

/** FNV-1a over the name's bytes, from the seed. */
function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** MurmurHash3's last step over a counter: a multiple of 2⁻²³ in −1..1. */
function uniform(counter: number): number {
  let hash = counter >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return (hash >>> 8) / 2 ** 23 - 1;
}
