/** Small models of open_clip's families: checkpoints, pictures, ids, and what open_clip made of them. */
import { fileURLToPath } from "node:url";
import type { TowerArchitecture } from "../../models/contract/architecture.ts";
import {
  type ImageManifest,
  type ModelManifest,
  parseManifest,
  type TextManifest,
} from "../../models/contract/manifest.ts";
import { readRepositoryManifest, readTextManifest } from "./repository_manifests.ts";

/** Both towers of one checkpoint. */
export interface TowerGolden {
  /** Of the family. */
  readonly name: string;
  /** Path of the safetensors file. */
  readonly checkpoint: string;
  /** e to the power of the checkpoint's, and its bias where it has one. */
  readonly logitScale: number;
  readonly logitBias: number | undefined;
  readonly image: ImageGolden;
  readonly text: TextGolden;
}

/** An image tower, and two pictures with their embeddings. */
interface ImageGolden {
  readonly manifest: ImageManifest;
  readonly architecture: Exclude<ImageManifest["architecture"], { type: "dct" }>;
  /** u8 [size, size, 3] each. */
  readonly crops: Uint8Array<ArrayBuffer>[];
  /** f32 [dim] each, not normalised. */
  readonly embeddings: Float32Array[];
}

/** A text tower, and three texts with their embeddings. */
interface TextGolden {
  readonly manifest: TextManifest;
  /** i32 [context_length] each. */
  readonly ids: Int32Array<ArrayBuffer>[];
  /** f32 [dim] each, not normalised. */
  readonly embeddings: Float32Array[];
}

interface Entry {
  readonly name: string;
  readonly dim: number;
  readonly logit_scale: number;
  readonly logit_bias?: number;
  readonly image: {
    readonly size: number;
    readonly architecture: TowerArchitecture;
    readonly crops: string[];
    readonly embeddings: string[];
  };
  readonly text: {
    readonly architecture: TowerArchitecture & { readonly context_length: number };
    readonly ids: number[][];
    readonly embeddings: string[];
  };
}

/**
 * What `make_tower_goldens.py small` wrote; the manifests differ from openclip_vit_b32's and its text tower's in the towers'
 * numbers only.
 */
export function readTowerGoldens(): TowerGolden[] {
  const entries: Entry[] = JSON.parse(
    Deno.readTextFileSync(new URL("tower_goldens.json", import.meta.url)),
  );
  return entries.map((entry) => ({
    name: entry.name,
    checkpoint: fileURLToPath(new URL(`checkpoints/${entry.name}.safetensors`, import.meta.url)),
    logitScale: entry.logit_scale,
    logitBias: entry.logit_bias,
    image: imageGolden(entry),
    text: textGolden(entry),
  }));
}

/** One of them by its name. */
export function readTowerGolden(name: string): TowerGolden {
  const golden = readTowerGoldens().find((golden) => golden.name === name);
  if (golden === undefined) throw new TypeError(`Cannot find tower golden ${name}`);
  return golden;
}

function imageGolden({ dim, image: { size, architecture, crops, embeddings } }: Entry) {
  const base = readRepositoryManifest("openclip_vit_b32");
  const manifest = reparsed<ImageManifest>({
    ...base,
    architecture,
    preprocess: { ...base.preprocess, size },
    input: { ...base.input, shape: [3, size, size] },
    output: { ...base.output, shape: [dim] },
  });
  return {
    manifest,
    architecture: manifest.architecture as ImageGolden["architecture"],
    crops: crops.map((crop) => Uint8Array.fromBase64(crop)),
    embeddings: embeddings.map(floats),
  };
}

function textGolden({ dim, text: { architecture, ids, embeddings } }: Entry): TextGolden {
  const base = readTextManifest("openclip_vit_b32_text");
  return {
    manifest: reparsed<TextManifest>({
      ...base,
      architecture,
      input: { ...base.input, shape: [architecture.context_length] },
      output: { ...base.output, shape: [dim] },
    }),
    ids: ids.map((row) => Int32Array.from(row)),
    embeddings: embeddings.map(floats),
  };
}

/** With the defaults of what is left out. */
function reparsed<Manifest extends ModelManifest>(manifest: unknown): Manifest {
  return parseManifest(JSON.stringify(manifest)) as Manifest;
}

function floats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.fromBase64(base64).buffer);
}
