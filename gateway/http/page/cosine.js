/** Cosines of embeddings, each reckoned once: the slider and the table ask for the same ones again and again. */

const known = new WeakMap();

/** Of two vectors of length 1, which is their dot product. */
export function cosine(a, b) {
  const others = known.get(a) ?? new WeakMap();
  known.set(a, others);
  const value = others.get(b) ?? known.get(b)?.get(a) ?? dot(a, b);
  others.set(b, value);
  return value;
}

function dot(a, b) {
  if (a.length !== b.length) throw new RangeError("Cannot compare vectors of two models");
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
