import { limitError, overloaded } from "../contract/errors.ts";
import type { SharedCount } from "./admission_counters.ts";
import type { BodyHolder } from "./body.ts";
import { type ClientHeld, type ClientShares, SHARE_HEADROOM } from "./client_shares.ts";
import type { WorkLimit } from "./concurrency_limit.ts";
import type { InputPermit } from "../embed/pipeline.ts";
import { ModelPermit, type WholePermit } from "./model_permit.ts";
import type { ModelGate } from "./model_gate.ts";

/** What may be in flight at once, in sum over all requests of all isolates. */
export interface AdmissionLimits {
  readonly requestsMax: number;
  readonly bytesMax: number;
  readonly pixelsMax: number;
  /** Of each model. */
  readonly inputsMax: number;
  /** Bytes of bodies and of decoding; without a limit unless given. */
  readonly memoryBytesMax?: number;
  /** What of it one image may take, which bodies leave free: they wait for their images. Nothing unless given. */
  readonly imageMemoryBytesMax?: number;
  /** Milliseconds from a request's last byte to its reply, on average, up to which more work is let in. */
  readonly latencyMsTarget: number;
}

/** Where permits count what they hold. */
export interface AdmissionCounts {
  readonly requests: SharedCount;
  readonly bytes: SharedCount;
  readonly pixels: SharedCount;
  readonly inputs: SharedCount;
  readonly memory: SharedCount;
  /** Requests of this isolate that are in work, or arriving without delay. */
  working: number;
  readonly isolates: number;
  readonly clients: ClientShares;
  readonly limit: WorkLimit;
  /** Absent where one model is served, which may hold all there is. */
  readonly models?: ModelGate | undefined;
}

/** What one client may hold of bytes, pixels and inputs in one isolate while another one came of late. */
const CLIENT_SHARE = 0.5;
/** What the images of a request count for. */
const IMAGE_QUANTITIES = ["pixels", "inputs"] as const;

/** One request's share of the limits; disposing gives all of it back. */
export class Permit implements BodyHolder, WholePermit, Disposable {
  readonly #counts: AdmissionCounts;
  readonly #limits: AdmissionLimits;
  readonly #client: string;
  readonly #held: ClientHeld;
  #bytes = 0;
  readonly #images = { pixels: 0, inputs: 0 };
  #models: ModelPermit[] | undefined;
  /** The permit itself, and whoever holds its images. */
  #holders = 1;
  #isSlow = false;
  #isOpen = true;
  #bodyEndMs: number | undefined;

  /** Takes over a request that was counted. */
  constructor(counts: AdmissionCounts, limits: AdmissionLimits, client: string) {
    this.#counts = counts;
    this.#limits = limits;
    this.#client = client;
    this.#held = counts.clients.enter(client);
    this.#work(1);
  }

  /** Bodies of the same client that take their time. */
  get slowUploads(): number {
    return this.#held.slow;
  }

  /** The body takes its time: until it is there, it is no work. */
  setSlow(): void {
    if (!this.#isOpen || this.#isSlow) return;
    this.#isSlow = true;
    this.#held.slow++;
    this.#work(-1);
  }

  /** The body is there: from now on, time is the gateway's. */
  bodyEnded(): void {
    if (!this.#isOpen) return;
    this.#bodyEndMs = performance.now();
    this.#setFast();
  }

  /**
   * Adds bytes of the body as they arrive.
   *
   * @throws {GatewayError} `overloaded`.
   */
  addBytes(bytes: number): void {
    if (!this.#isOpen) return;
    const { bytesMax, memoryBytesMax = Infinity, imageMemoryBytesMax = 0 } = this.#limits;
    this.#assertHalf("body bytes", this.#held.bytes + bytes, bytesMax);
    const bodiesMax = memoryBytesMax - imageMemoryBytesMax;
    if (this.#counts.bytes.total + bytes > bodiesMax) {
      throw overloaded("memory bytes of bodies in flight", bodiesMax);
    }
    const isOnly = this.#counts.requests.own === 1;
    if (!this.#counts.bytes.take(bytes, isOnly)) {
      throw overloaded("body bytes in flight", bytesMax);
    }
    if (!this.#counts.memory.take(bytes, isOnly)) {
      this.#counts.bytes.give(bytes);
      throw overloaded("memory bytes in flight", memoryBytesMax);
    }
    this.#bytes += bytes;
    this.#held.bytes += bytes;
  }

  /**
   * Lets the request in to a model, and counts from then on what its inputs take of that one's part.
   *
   * @param model What it is called.
   * @throws {GatewayError} `overloaded` when the model's requests have used up its part.
   */
  ofModel(model: string): InputPermit {
    const gate = this.#counts.models;
    if (gate === undefined || !this.#isOpen) return this;
    const share = gate.share(model);
    const known = this.#models?.find((entered) => entered.share === share);
    if (known !== undefined) return known;
    gate.assertRoom(share, this.#client, this.#counts.clients);
    const entered = new ModelPermit(this, share, { client: this.#client, bytes: this.#bytes });
    (this.#models ??= []).push(entered);
    return entered;
  }

  /**
   * Adds the pixels of images, known once their headers are read.
   *
   * @throws {GatewayError} `overloaded`, or as `assertPixels()`.
   */
  addPixels(pixels: number): void {
    this.assertPixels(pixels);
    this.#add("pixels", pixels, this.#limits.pixelsMax);
  }

  assertPixels(pixels: number): void {
    const value = this.#images.pixels + pixels;
    const limit = this.#limits.pixelsMax;
    if (value <= limit) return;
    const quantity = "pixels of one request's images";
    throw limitError("too_many_images", { action: "embed", quantity, limit, value });
  }

  /**
   * Adds inputs of the model, once it is known how many images need one.
   *
   * @throws {GatewayError} `overloaded`.
   */
  addInputs(count: number): void {
    this.#add("inputs", count, this.#limits.inputsMax);
  }

  countInputs(count: number): void {
    this.#take("inputs", count, this.#limits.inputsMax);
  }

  assertShare(
    quantity: string,
    { held, total, max }: { readonly held: number; readonly total: number; readonly max: number },
  ): void {
    this.#assertHalf(quantity, held, max);
    if (total > max / SHARE_HEADROOM) this.#assertPart(quantity, held, max);
  }

  /**
   * Keeps pixels and inputs counted, those that are added meanwhile too, until it is disposed of: beyond the permit's own
   * end, while workers are at them.
   */
  hold(): Disposable {
    this.#holders++;
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#release();
        isHeld = false;
      },
    };
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    const { requests, bytes, memory, clients, limit } = this.#counts;
    this.#setFast();
    this.#work(-1);
    this.#isOpen = false;
    requests.give(1);
    bytes.give(this.#bytes);
    memory.give(this.#bytes);
    this.#held.bytes -= this.#bytes;
    clients.leave(this.#client, this.#held);
    const latencyMs = this.#bodyEndMs === undefined
      ? undefined
      : performance.now() - this.#bodyEndMs;
    // Of requests that were refused on their way there is nothing to learn.
    if (latencyMs !== undefined && this.#images.inputs > 0) limit.sample(latencyMs);
    for (const model of this.#models ?? []) model.end(latencyMs);
    this.#release();
  }

  #release(): void {
    if (--this.#holders > 0) return;
    for (const quantity of IMAGE_QUANTITIES) {
      this.#counts[quantity].give(this.#images[quantity]);
      this.#held[quantity] -= this.#images[quantity];
    }
    for (const model of this.#models ?? []) model.release();
    this.#counts.clients.settle(this.#client, this.#held);
  }

  #add(quantity: typeof IMAGE_QUANTITIES[number], amount: number, max: number): void {
    const held = this.#held[quantity] + amount;
    if (this.#isOpen) {
      this.assertShare(quantity, { held, total: this.#counts[quantity].total + amount, max });
    }
    this.#take(quantity, amount, max);
  }

  #take(quantity: typeof IMAGE_QUANTITIES[number], amount: number, max: number): void {
    // Nobody would give back what a request adds after its end.
    if (!this.#isOpen) return;
    if (!this.#counts[quantity].take(amount)) {
      this.#counts.clients.refuse(this.#client);
      throw overloaded(`${quantity} in flight`, max);
    }
    this.#images[quantity] += amount;
    this.#held[quantity] += amount;
  }

  #assertHalf(quantity: string, held: number, max: number): void {
    if (held <= max * CLIENT_SHARE || !this.#counts.clients.hasOthers(this.#client)) return;
    throw overloaded(`one client's ${quantity} in flight`, max * CLIENT_SHARE);
  }

  /** The last ones are for those who have less than their part, as a client may be in every isolate. */
  #assertPart(quantity: string, held: number, max: number): void {
    const { clients, isolates } = this.#counts;
    const sharers = clients.sharers(this.#client);
    if (sharers === 1 || held <= max / isolates / sharers) return;
    clients.refuse(this.#client);
    throw overloaded(`one client's ${quantity} in flight`, Math.floor(max / isolates / sharers));
  }

  #setFast(): void {
    if (!this.#isSlow) return;
    this.#isSlow = false;
    this.#held.slow--;
    this.#work(1);
  }

  #work(change: 1 | -1): void {
    this.#counts.working += change;
    this.#held.working += change;
  }
}
