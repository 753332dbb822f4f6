/** The golden input: what the golden photo or sentence must become, and its embedding. */
import { createHash } from "node:crypto";
import type { Golden } from "../../models/contract/golden.ts";
import type { Deadline } from "../work/deadline.ts";
import { GatewayError } from "../contract/errors.ts";
import { cosine } from "../../models/contract/vectors.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import type { Pipeline } from "./pipeline.ts";

/** What proves a model, and what it must become. */
export interface Canary {
  /** As the pipeline takes it: the golden photo, encoded, or the golden sentence's token ids. */
  readonly input: Uint8Array<ArrayBuffer>;
  readonly golden: Golden;
}

/** The golden embedding is another one: this is not the model that was exported, or it is run wrongly. */
export class WrongEmbedding extends GatewayError {}

/** FP16 and int8 engines differ in bits, wrong models differ in direction. */
const COSINE_MIN = 0.99;

/** What messages call the golden input. */
function goldenName({ sample }: Pick<Golden, "sample">): string {
  return "photo" in sample ? "golden photo" : "golden sentence";
}

/**
 * Checks that the golden photo or sentence gives the golden input, byte for byte.
 *
 * @param input The model's input, little-endian.
 * @throws {Error} when it does not: this build would embed something else than open_clip.
 */
export function assertGoldenInput(input: Uint8Array, golden: Golden): void {
  const digest = createHash("sha256").update(input).digest("hex");
  if (digest === golden.inputSha256) return;
  throw new Error(
    `Cannot start as the ${
      goldenName(golden)
    } must become input ${golden.inputSha256}: it becomes ${digest}`,
  );
}

/**
 * Embeds the golden input on the canary's slot and compares directions.
 *
 * @throws {WrongEmbedding} `upstream_error`, when the embedding is another one.
 * @throws {GatewayError} whatever the pipeline throws: that says nothing of the model.
 */
export async function runCanary(
  pipeline: Pick<Pipeline, "embed">,
  { input, golden }: Canary,
  deadline: Deadline,
): Promise<void> {
  const options = { ...OPEN_CLIP, normalize: false, onError: "fail" } as const;
  const [embedding] = await pipeline.embed([new Uint8Array(input)], options, {
    deadline,
    permit: { addPixels: () => {}, addInputs: () => {}, hold: () => new DisposableStack() },
    holder: "canary",
    client: "canary",
    stamp: () => {},
  });
  const similarity = embedding instanceof Float32Array ? cosine(embedding, golden.embedding) : 0;
  if (similarity >= COSINE_MIN) return;
  throw new WrongEmbedding(
    "upstream_error",
    `Cannot trust model as the ${
      goldenName(golden)
    }'s cosine must be ≥ ${COSINE_MIN}: it is ${similarity}`,
  );
}
