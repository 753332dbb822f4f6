/** The story of a request, from encoded inputs to embeddings, on one screen. */
import { normalizeL2 } from "../../models/contract/vectors.ts";
import type { ErrorCode } from "../contract/catalogue.ts";
import type { EmbedItem, EncodedInput } from "../contract/embed_request.ts";
import { GatewayError, InputFailure, overloaded, toGatewayError } from "../contract/errors.ts";
import type { EmbedOptions } from "../contract/options.ts";
import type { Engine, Inference, InputLease, LeaseHolder } from "../engine/engine.ts";
import type { Phase, Step } from "../telemetry/events.ts";
import type { Deadline } from "../work/deadline.ts";
import { LateJob } from "../work/late_job.ts";
import type { SlotAddress } from "../work/slot_address.ts";
import type { EncodeHere, Encoder, JudgedInput } from "./encoder.ts";

/** Counts what inputs take, for as long as somebody is at them. */
export interface InputPermit {
  addPixels(pixels: number): void;
  addInputs(count: number): void;
  hold(): Disposable;
  /** The same, of a model's part: lets the request in to it, or throws `overloaded`. Absent where nobody shares. */
  ofModel?(model: string): InputPermit;
}

/** What a request carries through the pipeline. */
export interface RequestScope {
  readonly deadline: Deadline;
  /**
   * Counts its pixels and inputs; throws `overloaded` when there are too many in flight. `hold()` keeps them
   * counted until it is disposed of.
   */
  readonly permit: InputPermit;
  readonly holder: LeaseHolder;
  /** Who asks, among those who wait for the same. */
  readonly client: string;
  /** Adds milliseconds to a phase, which ended now unless `endMs` says when, by `performance.now()`. */
  readonly stamp: (step: Step, milliseconds: number, endMs?: number) => void;
}

/** What the pipeline is made of: interfaces only. */
export interface PipelineOptions {
  readonly engine: Engine;
  readonly encoder: Encoder<Uint8Array<ArrayBuffer>>;
  /** Called for every input that is refused, by a request that may still be answered. */
  readonly onRefused: (code: ErrorCode) => void;
  /** Called whenever rows came out of the engine for a request; the canary judges them itself. */
  readonly onEmbedded?: () => void;
}

/** Inputs that were judged, the slots they are encoded into, and on whose behalf. */
interface Encoding {
  readonly inputs: readonly JudgedInput[];
  readonly lease: InputLease;
  readonly options: EmbedOptions;
  readonly scope: RequestScope;
}

/** Judge, take slots, encode into them, run the model, normalise. */
export class Pipeline {
  readonly #options: PipelineOptions;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /**
   * Embeds the inputs of one request. Their buffers move to the workers.
   *
   * @returns One item an input, in order; all are embeddings unless `onError` is `item`.
   * @throws {GatewayError} any code of the catalogue that concerns inputs, capacity, time or the engine.
   */
  async embed(
    encoded: readonly EncodedInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): Promise<EmbedItem[]> {
    const judged = this.#judge(encoded, options, scope);
    const items: (EmbedItem | undefined)[] = judged.map((input) =>
      input instanceof GatewayError ? input : undefined
    );
    const positions = items.flatMap((item, index) => item === undefined ? [index] : []);
    if (positions.length === 0) return items as EmbedItem[];
    scope.permit.addInputs(positions.length);
    const asked = performance.now();
    const lease = this.#options.engine.lease(positions.length, scope.holder);
    if (lease === undefined) throw overloaded("inputs in flight", this.#options.engine.slots.total);
    scope.stamp("slot", performance.now() - asked);
    const inputs = positions.map((position) => judged[position] as JudgedInput);
    const encoding = { inputs, lease, options, scope };
    const encodeHere = inputs.length === 1 ? inputs[0]?.encodeHere : undefined;
    const outcomes = encodeHere === undefined
      ? await this.#embedByWorkers(encoding)
      : [await this.#embedHere(encodeHere, encoding)];
    outcomes.forEach((outcome, index) => {
      const isEmbedding = !(outcome instanceof GatewayError);
      const position = positions[index] as number;
      items[position] = isEmbedding && options.normalize ? normalizeL2(outcome) : outcome;
    });
    if (options.onError === "fail") assertNoError(items);
    return items as EmbedItem[];
  }

  /** Judges every input; what is refused here costs no slot and no worker. */
  #judge(
    encoded: readonly EncodedInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): (JudgedInput | GatewayError)[] {
    const started = performance.now();
    let pixels = 0;
    const judged = encoded.map((bytes) => {
      try {
        if (bytes instanceof GatewayError) throw bytes;
        const input = this.#options.encoder.judge(bytes);
        pixels += input.pixels;
        return input;
      } catch (thrown) {
        return this.#refused(thrown);
      }
    });
    scope.stamp("header", performance.now() - started);
    if (options.onError === "fail") assertNoError(judged);
    scope.permit.addPixels(pixels);
    return judged;
  }

  /** Encodes the inputs on the workers, side by side, and has the model embed those that came out. */
  async #embedByWorkers(encoding: Encoding): Promise<(Float32Array | GatewayError)[]> {
    const { lease, options, scope } = encoding;
    using encoded = this.#encode(encoding);
    const errors = await stamped(scope, "preprocess", encoded.errors);
    if (options.onError === "fail") assertNoError(errors);
    const live = errors.flatMap((error, index) => error === undefined ? [index] : []);
    const rows = live.length === 0
      ? []
      : await this.#inferred(lease.infer(live, scope.deadline), scope);
    let row = 0;
    return errors.map((error) => error ?? rows[row++] as Float32Array);
  }

  /** Encodes and embeds the only input on this thread, without a copy where the engine can. */
  async #embedHere(
    encodeHere: EncodeHere,
    { lease, options, scope }: Encoding,
  ): Promise<Float32Array | GatewayError> {
    using _ = lease;
    const { datatype } = lease.addresses[0] as SlotAddress;
    let refusal: GatewayError | undefined;
    const encode = () => {
      const started = performance.now();
      try {
        return encodeHere(options, datatype);
      } catch (thrown) {
        refusal = this.#refused(thrown);
        throw refusal;
      } finally {
        scope.stamp("preprocess", performance.now() - started);
      }
    };
    try {
      const [row] = await this.#inferred(lease.inferHere(encode, scope.deadline), scope);
      return row as Float32Array;
    } catch (thrown) {
      if (refusal !== undefined && thrown === refusal) return refusal;
      throw thrown;
    }
  }

  /**
   * Encodes every input into its slot. The first failure takes the rest out of the queue where one bad input
   * fails the request. Disposing gives the slots back, and what the inputs count for, as soon as no worker is at them
   * any more, which may be after the request was answered.
   */
  #encode(
    { inputs, lease, options, scope: { deadline, permit, client } }: Encoding,
  ): { errors: Promise<(GatewayError | undefined)[]> } & Disposable {
    const firstFailure = new AbortController();
    const held = permit.hold();
    const late: Promise<void>[] = [];
    // One input has no neighbours to stop.
    const signal = inputs.length === 1
      ? deadline.signal
      : AbortSignal.any([deadline.signal, firstFailure.signal]);
    const order = { client, signal };
    const jobs = inputs.map(async (input, index) => {
      const address = lease.addresses[index];
      if (address === undefined) throw new RangeError(`Cannot find slot ${index} of the lease`);
      try {
        await input.encode(options, address, order);
        return undefined;
      } catch (thrown) {
        if (thrown instanceof LateJob) late.push(thrown.ended);
        if (thrown === firstFailure.signal.reason) return undefined;
        if (options.onError === "fail") firstFailure.abort(thrown);
        return this.#refused(thrown);
      }
    });
    const settled = Promise.all(jobs);
    const release = () => {
      lease[Symbol.dispose]();
      held[Symbol.dispose]();
    };
    return {
      errors: deadline.within(settled),
      [Symbol.dispose]: () =>
        void settled.then(() => late.length === 0 ? release() : Promise.all(late).then(release)),
    };
  }

  /** Rows that came out in time, and what is to be said of them. */
  async #inferred(
    inference: Promise<Inference>,
    scope: RequestScope,
  ): Promise<readonly Float32Array[]> {
    const started = performance.now();
    const { rows, queueMs, computeMs } = await scope.deadline.within(inference);
    if (queueMs !== undefined) scope.stamp("batch", queueMs, started + queueMs);
    scope.stamp("infer", computeMs);
    if (scope.holder === "request") this.#options.onEmbedded?.();
    return rows;
  }

  #refused(thrown: unknown): GatewayError {
    const error = toGatewayError(thrown);
    this.#options.onRefused(error.code);
    return error;
  }
}

async function stamped<T>(scope: RequestScope, phase: Phase, work: Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work;
  scope.stamp(phase, performance.now() - started);
  return result;
}

/** Throws the first error, and says which input's it is. */
function assertNoError(items: readonly unknown[]): void {
  const index = items.findIndex((item) => item instanceof GatewayError);
  if (index >= 0) throw new InputFailure(items[index] as GatewayError, index);
}
