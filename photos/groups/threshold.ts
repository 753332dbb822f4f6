/** From which cosine on two photos are near-duplicates, as far as that was measured. */

/**
 * By space: half-way between altered copies of one photo and different photos, as testing/photos/ has them. The stand-in
 * of models, dct_512, has 0.84 for the farthest copies and 0.18 for the nearest others.
 */
const MEASURED: ReadonlyMap<string, number> = new Map([["s1-dcb8f63a59270583", 0.5]]);

/** Of CLIP's image towers: an assumption, as no weights were at hand. `deno task photos:margins` measures a model. */
const ASSUMED = 0.95;

/** The threshold of a space that nobody chose. */
export function defaultThreshold(space: string): number {
  return MEASURED.get(space) ?? ASSUMED;
}
