/** Which models there are to share what a gateway may hold, and whether one of them has room. */
import { overloaded } from "../contract/errors.ts";
import type { AdmissionCounters } from "./admission_counters.ts";
import { type ClientShares, SHARE_HEADROOM } from "./client_shares.ts";
import { ConcurrencyLimit } from "./concurrency_limit.ts";
import { ModelLimits, modelPart, ModelShare, type SharedLimits } from "./model_share.ts";

/** What a gate is made of. */
export interface ModelGateOptions {
  /** What they are called; several. */
  readonly names: readonly string[];
  readonly counters: AdmissionCounters;
  readonly isolate: number;
  readonly limits: SharedLimits & { readonly latencyMsTarget: number };
  /** Late or not, this much of one model is in work in an isolate. */
  readonly workingMin: number;
}

/** One isolate's. */
export class ModelGate {
  /** Requests in work, of all models together. */
  readonly limits: ModelLimits;
  readonly #shares: ReadonlyMap<string, ModelShare>;

  constructor({ names, counters, isolate, limits, workingMin }: ModelGateOptions) {
    const models = names.length;
    // Each learns from its own requests: one whose model hangs says nothing of the others.
    const limit = () =>
      new ConcurrencyLimit({
        min: workingMin,
        max: modelPart(limits.requestsMax, models),
        latencyMsMax: limits.latencyMsTarget,
      });
    const shares = names.map((name, model): [string, ModelShare] => [
      name,
      new ModelShare({ counters, isolate, model, models, limits, limit: limit() }),
    ]);
    this.#shares = new Map(shares);
    this.limits = new ModelLimits([...this.#shares.values()], workingMin);
  }

  /** A model's share, by what it is called. */
  share(name: string): ModelShare {
    const share = this.#shares.get(name);
    if (share === undefined) throw new RangeError(`Cannot find the share of model ${name}`);
    return share;
  }

  /**
   * Minds that a model has no more requests in work than its part; of several clients, one with less than its share is let
   * in longer.
   *
   * @throws {GatewayError} `overloaded`.
   */
  assertRoom(share: ModelShare, client: string, clients: ClientShares): void {
    share.ask();
    const part = this.limits.of(share);
    if (share.working < part) return;
    share.limit.reach();
    const contenders = clients.contenders(client);
    const hasRoom = share.working < part * SHARE_HEADROOM && contenders > 1 &&
      clients.working(client) <= part / contenders;
    if (hasRoom) return;
    clients.refuse(client);
    throw overloaded("one model's requests in work", part);
  }
}
