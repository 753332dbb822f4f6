/** How a checkpoint weighs cosines: open_clip's `logit_scale.exp()` and `logit_bias`. */
import type { Golden } from "../contract/golden.ts";
import type { Weights } from "../graph/tower.ts";

/** What a golden record says of it. */
export type Logits = Pick<Golden, "logitScale" | "logitBias">;

/** Reads what the checkpoint has of the two; open_clip writes each as a number or as a list of one. */
export async function readLogits(weights: Weights): Promise<Logits> {
  const scale = await readNumber(weights, "logit_scale");
  const bias = await readNumber(weights, "logit_bias");
  return {
    ...scale !== undefined && { logitScale: Math.fround(Math.exp(scale)) },
    ...bias !== undefined && { logitBias: bias },
  };
}

async function readNumber(weights: Weights, name: string): Promise<number | undefined> {
  const shape = weights.shapes?.get(name);
  return shape && (await weights.tensor(name, shape)())[0];
}
