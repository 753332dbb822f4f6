/** open_clip's models in full size with seeded weights: their manifests, and what open_clip made of photos and texts. */
import { z } from "zod";
import {
  type ImageManifest,
  parseManifest,
  type TextManifest,
} from "../../models/contract/manifest.ts";
import { readRepositoryManifest, readTextManifest } from "./repository_manifests.ts";

const FOLDER = new URL("full_goldens/", import.meta.url);

const embedding = z.base64().transform((text) =>
  new Float32Array(Uint8Array.fromBase64(text).buffer)
);
const positiveInt = z.number().int().positive();

/** What `make_tower_goldens.py full` writes; of open_clip's configuration what these models have of it. */
const schema = z.strictObject({
  config: z.strictObject({
    embed_dim: positiveInt,
    quick_gelu: z.boolean().default(false),
    vision_cfg: z.strictObject({
      image_size: positiveInt,
      layers: positiveInt,
      width: positiveInt,
      head_width: positiveInt.default(64),
      patch_size: positiveInt,
    }),
    text_cfg: z.strictObject({
      context_length: positiveInt,
      vocab_size: positiveInt,
      width: positiveInt,
      heads: positiveInt,
      layers: positiveInt,
    }),
  }),
  seed: z.number().int(),
  photos: z.record(z.string(), z.strictObject({ input_f32_sha256: z.string(), embedding })),
  texts: z.array(z.strictObject({ text: z.string(), ids: z.array(z.number().int()), embedding })),
});

/** A model, and what open_clip made of photos of `testing/photos` and of texts. */
export type FullGolden = z.infer<typeof schema>;

/** Names of the models, as open_clip has them. */
export const FULL_MODELS: readonly string[] = [...Deno.readDirSync(FOLDER)]
  .map(({ name }) => name.replace(/\.json$/, "")).sort();

/** Reads what open_clip made. */
export function readFullGolden(name: string): FullGolden {
  return schema.parse(JSON.parse(Deno.readTextFileSync(new URL(`${name}.json`, FOLDER))));
}

/** Manifests of both towers: openclip_vit_b32's and its text tower's with the model's numbers. */
export function fullManifests({ config }: FullGolden): [ImageManifest, TextManifest] {
  const { embed_dim, quick_gelu, vision_cfg, text_cfg } = config;
  const { image_size: size, head_width, ...vision } = vision_cfg;
  const activation = quick_gelu ? "quick_gelu" : "gelu_erf";
  const image = readRepositoryManifest("openclip_vit_b32");
  const text = readTextManifest("openclip_vit_b32_text");
  return [
    {
      ...image,
      architecture: {
        ...image.architecture,
        ...vision,
        heads: vision.width / head_width,
        mlp_width: 4 * vision.width,
        activation,
      },
      preprocess: { ...image.preprocess, size },
      input: { ...image.input, shape: [3, size, size] },
      output: { ...image.output, shape: [embed_dim] },
    },
    {
      ...text,
      architecture: {
        ...text.architecture,
        ...text_cfg,
        mlp_width: 4 * text_cfg.width,
        activation,
      },
      input: { ...text.input, shape: [text_cfg.context_length] },
      output: { ...text.output, shape: [embed_dim] },
    },
  ].map((manifest) => parseManifest(JSON.stringify(manifest))) as [ImageManifest, TextManifest];
}
