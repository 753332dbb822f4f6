/** Vectors as an image tower gives them, with near pairs planted among them. */
import { normalizeL2 } from "../../models/contract/vectors.ts";
import { seededRandom } from "../mosaic.ts";

/** f32 [n, dim] of length 1, row-major. */
export interface PlantedVectors {
  readonly rows: Float32Array<ArrayBuffer>;
  readonly dim: number;
}

const VECTORS_A_SCENE = 250;
/** Of each direction in a vector's square: so that random pairs have a cosine of 0.52, those of a scene 0.7. */
const COMMON = 0.52;
const SCENE = 0.18;
/** Of vectors, those that have copies, one to three each. */
const ORIGINALS_PART = 0.06;
const COPY_COSINES = [0.955, 0.999] as const;

/** Makes them; the same ones for a seed. */
export function plantedVectors(count: number, dim: number, seed = 1): PlantedVectors {
  const random = seededRandom(seed);
  const common = gaussian(dim, random);
  const scenes = Array.from(
    { length: Math.ceil(count / VECTORS_A_SCENE) },
    () => gaussian(dim, random),
  );
  const rows = new Float32Array(count * dim);
  const rowOf = (row: number) => rows.subarray(row * dim, (row + 1) * dim);
  let row = 0;
  while (row < count) {
    const own = gaussian(dim, random);
    const scene = scenes[Math.floor(random() * scenes.length)] as Float32Array;
    const original = rowOf(row++);
    mix(original, [[common, COMMON], [scene, SCENE], [own, 1 - COMMON - SCENE]]);
    if (random() >= ORIGINALS_PART / (1 - 2 * ORIGINALS_PART)) continue;
    for (let copies = 1 + Math.floor(random() * 3); copies > 0 && row < count; copies--) {
      const cosine = COPY_COSINES[0] + random() * (COPY_COSINES[1] - COPY_COSINES[0]);
      mix(rowOf(row++), [[original, cosine ** 2], [gaussian(dim, random), 1 - cosine ** 2]]);
    }
  }
  return { rows, dim };
}

/** Directions by their parts of the square; they are as good as orthogonal. */
function mix(into: Float32Array, parts: readonly (readonly [Float32Array, number])[]): void {
  for (const [direction, part] of parts) {
    const factor = Math.sqrt(part);
    for (let at = 0; at < into.length; at++) {
      into[at] = (into[at] as number) + factor * (direction[at] as number);
    }
  }
  normalizeL2(into);
}

/** A random direction, of length 1: Box and Muller's method. */
function gaussian(dim: number, random: () => number): Float32Array {
  const vector = new Float32Array(dim);
  for (let at = 0; at < dim; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    vector[at] = radius * Math.cos(angle);
    if (at + 1 < dim) vector[at + 1] = radius * Math.sin(angle);
  }
  return normalizeL2(vector);
}
