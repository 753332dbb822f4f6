/** Admits or refuses requests at the door, before their bodies are read. */
import { overloaded } from "../contract/errors.ts";

/** What may be in flight at once, in sum over all requests. */
export interface AdmissionLimits {
  readonly requestsMax: number;
  readonly bytesMax: number;
  readonly pixelsMax: number;
}

/** What is in flight. */
export interface AdmissionUsage {
  readonly requests: number;
  readonly bytes: number;
  readonly pixels: number;
}

/** One request's share of the limits; disposing gives all of it back. */
export interface Permit extends Disposable {
  /**
   * Adds the pixels of an image, known once its header is read.
   *
   * @throws {GatewayError} `overloaded`.
   */
  addPixels(pixels: number): void;
}

/** Counting permits. Nobody waits: a full gateway answers at once. */
export class Admission {
  readonly #limits: AdmissionLimits;
  #requests = 0;
  #bytes = 0;
  #pixels = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get usage(): AdmissionUsage {
    return { requests: this.#requests, bytes: this.#bytes, pixels: this.#pixels };
  }

  /**
   * Admits a request whose body may hold up to `bytes`.
   *
   * @throws {GatewayError} `overloaded` when requests or bytes are at their limit.
   */
  admit(bytes: number): Permit {
    this.#assert("requests in flight", this.#requests + 1, this.#limits.requestsMax);
    this.#assert("body bytes in flight", this.#bytes + bytes, this.#limits.bytesMax);
    this.#requests++;
    this.#bytes += bytes;
    let pixelsHeld = 0;
    let isOpen = true;
    return {
      addPixels: (pixels) => {
        // Nobody would give back what a request adds after its end.
        if (!isOpen) return;
        this.#assert("pixels in flight", this.#pixels + pixels, this.#limits.pixelsMax);
        this.#pixels += pixels;
        pixelsHeld += pixels;
      },
      [Symbol.dispose]: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#requests--;
        this.#bytes -= bytes;
        this.#pixels -= pixelsHeld;
      },
    };
  }

  #assert(quantity: string, value: number, limit: number): void {
    if (value > limit) throw overloaded(quantity, limit);
  }
}
