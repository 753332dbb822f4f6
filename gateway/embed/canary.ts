/** The golden photo: what it must become, from pixels to embedding. */
import { createHash } from "node:crypto";
import type { Golden } from "../../models/contract/golden.ts";
import type { Deadline } from "../work/deadline.ts";
import { GatewayError } from "../contract/errors.ts";
import { cosine } from "../../models/contract/vectors.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import type { Pipeline } from "./pipeline.ts";

/** The golden photo, encoded, and what it must become. */
export interface CanaryPhoto {
  readonly photo: Uint8Array;
  readonly golden: Golden;
}

/** The golden photo's embedding is another one: this is not the model that was exported, or it is run wrongly. */
export class WrongEmbedding extends GatewayError {}

/** FP16 and int8 engines differ in bits, wrong models differ in direction. */
const COSINE_MIN = 0.99;

/**
 * Checks that preprocessing gives the golden input, byte for byte.
 *
 * @throws {Error} when it does not: this build would embed other pixels than open_clip.
 */
export function assertGoldenInput(input: Float32Array<ArrayBuffer>, golden: Golden): void {
  const digest = createHash("sha256").update(new Uint8Array(input.buffer)).digest("hex");
  if (digest === golden.inputSha256) return;
  throw new Error(
    `Cannot start as the golden photo must become input ${golden.inputSha256}: it becomes ${digest}`,
  );
}

/**
 * Embeds the golden photo on the canary's slot and compares directions.
 *
 * @throws {WrongEmbedding} `upstream_error`, when the embedding is another one.
 * @throws {GatewayError} whatever the pipeline throws: that says nothing of the model.
 */
export async function runCanary(
  pipeline: Pick<Pipeline, "embed">,
  { photo, golden }: CanaryPhoto,
  deadline: Deadline,
): Promise<void> {
  const options = { ...OPEN_CLIP, normalize: false, onError: "fail" } as const;
  const [embedding] = await pipeline.embed([new Uint8Array(photo)], options, {
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
    `Cannot trust model as the golden photo's cosine must be ≥ ${COSINE_MIN}: it is ${similarity}`,
  );
}
