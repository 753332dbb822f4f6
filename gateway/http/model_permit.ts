/** What a request holds of one model's part, where several are served. */
import type { InputPermit } from "../embed/pipeline.ts";
import type { ModelShare } from "./model_share.ts";

/** The whole request's permit, as far as a model's part of it looks at that. */
export interface WholePermit extends InputPermit {
  /**
   * Counts inputs whose client's share was minded by their model.
   *
   * @throws {GatewayError} `overloaded`.
   */
  countInputs(count: number): void;
  /**
   * Minds that there will ever be room for so many more pixels.
   *
   * @throws {GatewayError} `too_many_images` where the request's own are more than all may be.
   */
  assertPixels(pixels: number): void;
  /**
   * Minds that other clients have their part of a quantity.
   *
   * @throws {GatewayError} `overloaded` where this one would hold more than its own.
   */
  assertShare(
    quantity: string,
    use: { readonly held: number; readonly total: number; readonly max: number },
  ): void;
}

/** Who asks, and what came with the request. */
export interface ModelEntry {
  readonly client: string;
  /** Of its body. */
  readonly bytes: number;
}

/** A request that was let in to a model; its permit gives back what it holds. */
export class ModelPermit implements InputPermit {
  readonly share: ModelShare;
  readonly #permit: WholePermit;
  readonly #entry: ModelEntry;
  #pixels = 0;
  #inputs = 0;

  /** @throws {GatewayError} `overloaded` when requests or bytes of the model are at their limit. */
  constructor(permit: WholePermit, share: ModelShare, entry: ModelEntry) {
    this.#permit = permit;
    this.share = share;
    this.#entry = entry;
    share.take("requests", 1);
    try {
      share.take("bytes", entry.bytes);
    } catch (error) {
      share.give("requests", 1);
      throw error;
    }
    share.working++;
  }

  addPixels(pixels: number): void {
    this.#permit.assertPixels(pixels);
    this.share.take("pixels", pixels);
    this.#pixels += pixels;
    this.#permit.addPixels(pixels);
  }

  addInputs(count: number): void {
    const { share } = this;
    const { client } = this.#entry;
    this.#permit.assertShare("inputs", {
      held: share.inputsOf(client) + count,
      total: share.inputs + count,
      max: share.inputsMax,
    });
    share.take("inputs", count);
    share.countInputs(client, count);
    this.#inputs += count;
    this.#permit.countInputs(count);
  }

  hold(): Disposable {
    return this.#permit.hold();
  }

  /** The request is over, so long after its body was there. */
  end(latencyMs: number | undefined): void {
    const { share } = this;
    share.working--;
    share.give("requests", 1);
    share.give("bytes", this.#entry.bytes);
    if (latencyMs !== undefined && this.#inputs > 0) share.limit.sample(latencyMs);
  }

  /** Nobody is at its inputs any more. */
  release(): void {
    this.share.give("pixels", this.#pixels);
    this.share.give("inputs", this.#inputs);
    if (this.#inputs > 0) this.share.countInputs(this.#entry.client, -this.#inputs);
  }
}
