/** Quantities as people read them. */

const COUNT = new Intl.NumberFormat("en");

/** Such as `7,807 bytes`, and from 10 kB on `24.7 kB`. */
export function bytesText(bytes) {
  if (bytes < 10_000) return countText(bytes, "byte");
  if (bytes < 1_000_000) return `${(bytes / 1_000).toPrecision(3)} kB`;
  return `${(bytes / 1_000_000).toPrecision(3)} MB`;
}

/** Such as `1 photo`, `1,200 photos`. */
export function countText(count, noun) {
  return `${COUNT.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Such as `0.84 ms`, `12.3 ms`. */
export function millisecondsText(milliseconds) {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`;
}

/** Such as `0.84`; -0.00 is 0.00. */
export function cosineText(cosine) {
  return (Math.round(cosine * 100) / 100 + 0).toFixed(2);
}
