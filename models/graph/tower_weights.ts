/** The tensors of one tower in a checkpoint that has more, and whether all of them were used. */
import type { Modality } from "../contract/manifest.ts";
import type { Weights } from "./tower.ts";

/** How names in open_clip's checkpoints begin, of each tower. */
const TOWERS: Readonly<Record<Modality, RegExp>> = {
  image: /^visual\./,
  text:
    /^(text\.|transformer\.|token_embedding\.|positional_embedding$|ln_final\.|text_projection|cls_emb)/,
};

/** A checkpoint that remembers what was taken from it. */
export class TowerWeights implements Weights {
  readonly #weights: Weights;
  readonly #used = new Set<string>();

  constructor(weights: Weights) {
    this.#weights = weights;
  }

  get shapes(): Weights["shapes"] {
    return this.#weights.shapes;
  }

  tensor(name: string, shape: readonly number[]): () => Promise<Float32Array> {
    this.#used.add(name);
    return this.#weights.tensor(name, shape);
  }

  /**
   * Makes sure that nothing of the tower was left over: a graph without it would compute something else, and run.
   *
   * @throws {RangeError} when the checkpoint has more of the tower.
   */
  assertUsed({ name, modality }: { readonly name: string; readonly modality: Modality }): void {
    const left = this.shapes?.keys().find((tensor) =>
      TOWERS[modality].test(tensor) && !this.#used.has(tensor)
    );
    if (left === undefined) return;
    throw new RangeError(
      `Cannot build ${name}: its checkpoint has ${left}, for which the manifest's architecture has no place`,
    );
  }
}
