/** Groups at any threshold, at once: the pairs are computed once, down to a floor. */
import { LRUCache } from "lru-cache";
import { exactPairs, type Pair, TooManyPairs, type Vectors } from "../groups/exact_pairs.ts";
import { groupPhotos, type PhotoGroup } from "../groups/photo_groups.ts";
import { defaultThreshold } from "../groups/threshold.ts";
import type { Library } from "../library/library.ts";
import type { Photo } from "../library/photo_table.ts";

/** How far below the threshold a person may go, the farthest first: there may be too many pairs. */
const DEPTHS = [0.1, 0.05, 0.02, 0];
/** Steps of the slider. */
const STEPS_PER_UNIT = 200;
/** 0.95 − 0.05 is a little less than 0.9. */
const ROUNDING = 1e-6;
/** Thresholds whose groups are kept: some megabytes each at 100,000 photos. */
const KNOWN_MAX = 16;

/** How pairs are found. */
export interface RegroupingOptions {
  /** The model's unless given. */
  readonly threshold: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (part: number) => void;
  /** `exactPairs()` unless given. */
  readonly find?: typeof exactPairs;
}

/** A group as the page has it: photos by their numbers. */
export interface GroupView {
  /** The best shot first. */
  readonly photos: readonly number[];
  /** Those of whose bytes there are several. */
  readonly copies: readonly number[];
  readonly reason: string;
  readonly weakestLink: number;
  readonly isBurst: boolean;
}

/** All that grouping takes, held while the page is open. */
export class Regrouping {
  readonly photos: ReadonlyMap<number, Photo>;
  /** Where the page begins. */
  readonly threshold: number;
  /** The lowest that may be asked for. */
  readonly floor: number;
  /** By threshold: a person goes to and fro. */
  readonly #known = new LRUCache<number, GroupView[]>({ max: KNOWN_MAX });
  readonly #digests: readonly string[];
  readonly #vectors: Vectors;
  /** The nearest first. */
  readonly #pairs: readonly Pair[];

  private constructor(
    parts: Pick<Regrouping, "photos" | "threshold" | "floor"> & {
      readonly digests: readonly string[];
      readonly vectors: Vectors;
      readonly pairs: readonly Pair[];
    },
  ) {
    this.photos = parts.photos;
    this.threshold = parts.threshold;
    this.floor = parts.floor;
    this.#digests = parts.digests;
    this.#vectors = parts.vectors;
    this.#pairs = parts.pairs.toSorted((p, q) => q.cosine - p.cosine || p.a - q.a || p.b - q.b);
  }

  /** Reads a library and finds its pairs. */
  static async of(library: Library, options: RegroupingOptions): Promise<Regrouping> {
    const photos = new Map([...library.photos.all()].map((photo) => [photo.id, photo]));
    const [embedder] = library.vectors.embedders();
    const threshold = options.threshold ?? defaultThreshold(embedder?.space ?? "");
    if (embedder === undefined) {
      const vectors = { rows: new Float32Array(0), dim: 1 };
      return new Regrouping({
        photos,
        threshold,
        floor: threshold,
        digests: [],
        vectors,
        pairs: [],
      });
    }
    const { digests, rows } = library.vectors.matrix(embedder);
    const vectors = { rows, dim: embedder.dim };
    const found = await pairsDown(vectors, threshold, options);
    return new Regrouping({ photos, threshold, digests, vectors, ...found });
  }

  /** The groups at a threshold, none below the floor. */
  groups(asked: number): GroupView[] {
    const threshold = Math.max(asked, this.floor);
    const known = this.#known.get(threshold);
    if (known !== undefined) return known;
    const groups = groupPhotos({
      photos: [...this.photos.values()],
      digests: this.#digests,
      vectors: this.#vectors,
      pairs: this.#pairs.slice(0, countReaching(this.#pairs, threshold)),
      threshold,
    }).map(viewOf);
    this.#known.set(threshold, groups);
    return groups;
  }
}

async function pairsDown(
  vectors: Vectors,
  threshold: number,
  { signal, onProgress, find = exactPairs }: RegroupingOptions,
): Promise<{ readonly floor: number; readonly pairs: readonly Pair[] }> {
  for (const depth of DEPTHS) {
    // The slider stands on whole steps.
    const step = Math.floor(Math.max(0, threshold - depth) * STEPS_PER_UNIT + ROUNDING) /
      STEPS_PER_UNIT;
    const floor = depth === 0 ? threshold : step;
    try {
      const threads = navigator.hardwareConcurrency;
      const pairs = vectors.rows.length < 2 * vectors.dim
        ? []
        : await find(vectors, { threshold: floor, threads, signal, onProgress });
      return { floor, pairs };
    } catch (error) {
      if (!(error instanceof TooManyPairs) || depth === 0) throw error;
    }
  }
  throw new TypeError("No depth was left");
}

/** Of pairs, the nearest first. */
function countReaching(pairs: readonly Pair[], threshold: number): number {
  let [low, high] = [0, pairs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pairs[middle] as Pair).cosine >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

function viewOf({ photos, reason, weakestLink, isBurst }: PhotoGroup): GroupView {
  return {
    photos: photos.map(({ photo }) => photo.id),
    copies: photos.filter(({ isExactCopy }) => isExactCopy).map(({ photo }) => photo.id),
    reason,
    weakestLink,
    isBurst,
  };
}
