/** Admits or refuses requests at the door, before their bodies are read. */
import { overloaded } from "../contract/errors.ts";
import {
  type AdmissionCounters,
  createAdmissionCounters,
  SharedCount,
} from "./admission_counters.ts";

import type { Load } from "./connection_balance.ts";

/** What may be in flight at once, in sum over all requests of all isolates. */
export interface AdmissionLimits {
  readonly requestsMax: number;
  readonly bytesMax: number;
  readonly pixelsMax: number;
  /** Of the model. */
  readonly inputsMax: number;
}

/** What is in flight, in all isolates. */
export interface AdmissionUsage {
  readonly requests: number;
  readonly bytes: number;
  readonly pixels: number;
  readonly inputs: number;
}

/** One request's share of the limits; disposing gives all of it back. */
export interface Permit extends Disposable {
  /**
   * Adds the pixels of an image, known once its header is read.
   *
   * @throws {GatewayError} `overloaded`.
   */
  addPixels(pixels: number): void;
  /**
   * Adds inputs of the model, once it is known how many images need one.
   *
   * @throws {GatewayError} `overloaded`.
   */
  addInputs(count: number): void;
}

/** Whose requests are counted, and where; alone, an isolate needs neither. */
export interface AdmissionPlace {
  readonly counters: AdmissionCounters;
  /** The row of this isolate, from 0; nobody else counts in it. */
  readonly isolate: number;
}

/** Counting permits. Nobody waits: a full gateway answers at once. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #requests: SharedCount;
  readonly #bytes: SharedCount;
  readonly #pixels: SharedCount;
  readonly #inputs: SharedCount;

  constructor(limits: AdmissionLimits, place?: AdmissionPlace) {
    const { counters, isolate } = place ?? { counters: createAdmissionCounters(1), isolate: 0 };
    const { requestsMax, bytesMax, pixelsMax, inputsMax } = limits;
    this.#limits = limits;
    this.#requests = new SharedCount(counters, {
      quantity: "requests",
      isolate,
      limit: requestsMax,
    });
    this.#bytes = new SharedCount(counters, { quantity: "bytes", isolate, limit: bytesMax });
    this.#pixels = new SharedCount(counters, { quantity: "pixels", isolate, limit: pixelsMax });
    this.#inputs = new SharedCount(counters, { quantity: "inputs", isolate, limit: inputsMax });
  }

  get usage(): AdmissionUsage {
    return {
      requests: this.#requests.total,
      bytes: this.#bytes.total,
      pixels: this.#pixels.total,
      inputs: this.#inputs.total,
    };
  }

  /** Requests in flight here, and in the isolate that has fewest. */
  get load(): Load {
    return this.#requests;
  }

  /**
   * Admits a request whose body may hold up to `bytes`.
   *
   * @throws {GatewayError} `overloaded` when requests or bytes are at their limit.
   */
  admit(bytes: number): Permit {
    if (!this.#requests.take(1)) {
      throw overloaded("requests in flight", this.#limits.requestsMax);
    }
    if (!this.#bytes.take(bytes)) {
      this.#requests.give(1);
      throw overloaded("body bytes in flight", this.#limits.bytesMax);
    }
    let pixelsHeld = 0;
    let inputsHeld = 0;
    let isOpen = true;
    return {
      addPixels: (pixels) => {
        // Nobody would give back what a request adds after its end.
        if (!isOpen) return;
        if (!this.#pixels.take(pixels)) {
          throw overloaded("pixels in flight", this.#limits.pixelsMax);
        }
        pixelsHeld += pixels;
      },
      addInputs: (count) => {
        if (!isOpen) return;
        if (!this.#inputs.take(count)) {
          throw overloaded("inputs in flight", this.#limits.inputsMax);
        }
        inputsHeld += count;
      },
      [Symbol.dispose]: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#requests.give(1);
        this.#bytes.give(bytes);
        this.#pixels.give(pixelsHeld);
        this.#inputs.give(inputsHeld);
      },
    };
  }
}
