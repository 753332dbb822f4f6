/** Random baseline JPEGs of all the kinds that cameras write, and damage to them; the same ones in every run. */
import { JpegEncoder, type JpegVariant } from "./jpeg_encoder.ts";
import { seededRandom } from "./mosaic.ts";

/** A file, and what it is in words. */
export interface RandomJpeg {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly variant: JpegVariant;
  readonly width: number;
  readonly height: number;
}

const PATTERNS = ["noise", "waves", "extremes", "grain", "tiles"] as const;

/** Makes JPEGs of every pattern, quality and size up to 200 × 200. */
export class JpegVariants implements Disposable {
  readonly #encoder = new JpegEncoder();
  readonly #random: () => number;

  /** @param seed Of all that is random. */
  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** The next file. */
  next(subsamplings: readonly NonNullable<JpegVariant["subsampling"]>[]): RandomJpeg {
    const [width, height] = [this.#side(), this.#side()];
    const pattern = this.#pick(PATTERNS);
    const quality = 1 + this.#below(100);
    const variant = {
      subsampling: this.#pick(subsamplings),
      optimize: this.#below(2) === 0,
      restartInterval: this.#below(3) === 0 ? 1 + this.#below(20) : 0,
    };
    const data = this.#pixels(width, height, pattern);
    return {
      name: `${width}×${height} ${pattern}, quality ${quality}, ${JSON.stringify(variant)}`,
      bytes: this.#encoder.encode({ width, height, data }, quality, variant),
      variant,
      width,
      height,
    };
  }

  /** A copy with some bits or bytes changed, or its end cut off, or both. */
  damage(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const isCut = this.#below(5) === 0;
    const damaged = bytes.slice(0, isCut ? 2 + this.#below(bytes.length - 2) : bytes.length);
    const changes = isCut ? this.#below(2) : 1 + this.#below(4);
    for (let change = 0; change < changes; change++) {
      // Mostly behind the tables, which are soon no tables any more.
      const from = this.#below(4) === 0 ? 2 : Math.min(600, damaged.length >> 1);
      const offset = from + this.#below(damaged.length - from);
      const before = damaged[offset] as number;
      damaged[offset] = this.#below(2) === 0 ? before ^ (1 << this.#below(8)) : this.#below(256);
    }
    return damaged;
  }

  [Symbol.dispose](): void {
    this.#encoder[Symbol.dispose]();
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)] as T;
  }

  #side(): number {
    return 1 + this.#below(this.#below(3) === 0 ? 40 : 200);
  }

  #pixels(
    width: number,
    height: number,
    pattern: typeof PATTERNS[number],
  ): Uint8Array<ArrayBuffer> {
    const random = this.#random;
    const data = new Uint8ClampedArray(width * height * 3);
    const [across, down] = [random() * 0.3, random() * 0.3];
    const levels = {
      noise: () => random() * 256,
      waves: (x: number, y: number) =>
        128 + 100 * Math.sin(x * across) * Math.cos(y * down) + random() * 20,
      extremes: () => random() < 0.5 ? 0 : 255,
      grain: () => 118 + random() * 20,
      tiles: (x: number, y: number) => ((x >> 3) + (y >> 3)) % 2 === 0 ? 20 : random() * 255,
    };
    for (let index = 0; index < data.length; index++) {
      const pixel = Math.trunc(index / 3);
      // Channels differ by where their waves are.
      data[index] = levels[pattern](pixel % width + (index % 3), Math.trunc(pixel / width));
    }
    return new Uint8Array(data.buffer);
  }
}
