/** How long a GPU takes for a batch, by the images in it. */

/** A part for the batch and a part for each image, or a time by size of the batch: all milliseconds. */
export type BatchCurve =
  | { readonly batchMs: number; readonly imageMs: number }
  /** In order of `images`, at least one. */
  | { readonly points: readonly { readonly images: number; readonly ms: number }[] };

/**
 * Milliseconds of a batch. Between two points it is the straight line; below the first a batch is padded to it, and
 * beyond the last an image costs what it costs there.
 */
export function batchMs(curve: BatchCurve, images: number): number {
  if ("batchMs" in curve) return curve.batchMs + curve.imageMs * images;
  const { points } = curve;
  const above = points.findIndex((point) => point.images >= images);
  const last = points[above < 0 ? points.length - 1 : above];
  if (last === undefined) throw new RangeError("Cannot read a batch curve without points");
  if (above < 0) return last.ms * (images / last.images);
  const before = points[above - 1];
  if (before === undefined) return last.ms;
  const share = (images - before.images) / (last.images - before.images);
  return before.ms + share * (last.ms - before.ms);
}

/** Images a second of one GPU whose batches are always full. */
export function fullRate(curve: BatchCurve, batchMax: number): number {
  return (1000 * batchMax) / batchMs(curve, batchMax);
}

/**
 * Reads `2+0.18` (a batch's part, an image's part) or `1:1.3,8:2.1,32:6` (a time by size of the batch).
 *
 * @throws {SyntaxError} for anything else.
 */
export function parseBatchCurve(text: string): BatchCurve {
  const line = /^([\d.]+)\+([\d.]+)$/.exec(text);
  if (line !== null) return checked({ batchMs: Number(line[1]), imageMs: Number(line[2]) }, text);
  const points = text.split(",").map((part) => {
    const [, images, ms] = /^(\d+):([\d.]+)$/.exec(part) ?? [];
    return { images: Number(images), ms: Number(ms) };
  });
  return checked({ points }, text);
}

function checked(curve: BatchCurve, text: string): BatchCurve {
  const sizes = "points" in curve ? curve.points.map(({ images }) => images) : [1];
  const isRising = sizes.every((size, index) => size > (sizes[index - 1] ?? 0));
  if (isRising && sizes.every((size) => batchMs(curve, size) > 0)) return curve;
  throw new SyntaxError(
    `Cannot read batch curve ${text}: write 2+0.18 (ms a batch + ms an image) or 1:1.3,8:2.1 (images:ms, rising)`,
  );
}
