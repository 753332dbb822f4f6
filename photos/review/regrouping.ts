/** Groups at any threshold, at once: the pairs are found once, down to a floor. */
import { LRUCache } from "lru-cache";
import type { Qualities } from "../groups/best_shot.ts";
import { groupPhotos, type PhotoGroup, rankGroups } from "../groups/photo_groups.ts";
import type { Library } from "../library/library.ts";
import type { Photo } from "../library/photo_table.ts";
import { type LoadedPairs, loadPairs } from "../pairs/load_pairs.ts";

/** Steps of the slider. */
const STEPS_PER_UNIT = 200;
/** 0.85 × 200 is a little more than 170. */
const ROUNDING = 1e-6;
/** Thresholds whose groups are kept: some megabytes each at 100,000 photos. */
const KNOWN_MAX = 16;

/** How pairs are found. */
export interface RegroupingOptions {
  /** The model's unless given. */
  readonly threshold: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (part: number) => void;
  /** Of photos that were looked at, by which best shots are told; none unless given. */
  readonly qualities?: (groups: readonly PhotoGroup[]) => Promise<Qualities>;
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
  /** The lowest that may be asked for; the slider stands on whole steps. */
  readonly floor: number;
  /** By threshold: a person goes to and fro. */
  readonly #known = new LRUCache<number, GroupView[]>({ max: KNOWN_MAX });
  readonly #loaded: LoadedPairs;
  readonly #qualities: Qualities;

  private constructor(
    photos: ReadonlyMap<number, Photo>,
    loaded: LoadedPairs,
    qualities: Qualities,
  ) {
    [this.photos, this.#loaded, this.#qualities] = [photos, loaded, qualities];
    const { threshold, floor } = loaded;
    this.threshold = threshold;
    const step = Math.max(0, Math.ceil(floor * STEPS_PER_UNIT - ROUNDING)) / STEPS_PER_UNIT;
    this.floor = Math.min(threshold, step);
  }

  /** Reads a library and its pairs. */
  static async of(library: Library, options: RegroupingOptions): Promise<Regrouping> {
    const { threshold, signal, onProgress } = options;
    const photos = new Map([...library.photos.all()].map((photo) => [photo.id, photo]));
    const threads = navigator.hardwareConcurrency;
    const loaded = await loadPairs(library, { threshold, threads, signal, onProgress });
    const groups = groupPhotos({ ...loaded, photos: [...photos.values()] });
    return new Regrouping(photos, loaded, await options.qualities?.(groups) ?? new Map());
  }

  /** The groups at a threshold, none below the floor. */
  groups(asked: number): GroupView[] {
    const threshold = Math.max(asked, this.floor);
    const known = this.#known.get(threshold);
    if (known !== undefined) return known;
    const alike = groupPhotos({
      ...this.#loaded,
      photos: [...this.photos.values()],
      threshold,
    });
    const groups = rankGroups(alike, this.#qualities).map(viewOf);
    this.#known.set(threshold, groups);
    return groups;
  }
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
