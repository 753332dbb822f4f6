/** Takes back the filters of PNG's rows (PNG 3rd edition, section 9.2). */

/** Where rows lie in a buffer, each behind the byte that names its filter. */
export interface FilteredRow {
  /** Offset of its first byte, behind that of the filter. */
  readonly start: number;
  readonly length: number;
  /** Offset of the row above, in the same buffer. */
  readonly above: number;
  /** Bytes from a byte to that of the pixel before. */
  readonly step: number;
}

/**
 * In place.
 *
 * @throws {Error} when there is no such filter.
 */
export function unfilterRow(buffer: Uint8Array, row: FilteredRow): void {
  const filter = buffer[row.start - 1] as number;
  const unfilter = FILTERS[filter];
  if (unfilter === undefined) throw new Error("Cannot read PNG: a filter is unknown");
  unfilter(buffer, row);
}

const FILTERS: readonly ((buffer: Uint8Array, row: FilteredRow) => void)[] = [
  () => {},
  subtracted,
  up,
  average,
  paeth,
];

function subtracted(buffer: Uint8Array, { start, length, step }: FilteredRow): void {
  for (let at = start + step; at < start + length; at++) {
    buffer[at] = (buffer[at] as number) + (buffer[at - step] as number);
  }
}

function up(buffer: Uint8Array, { start, length, above }: FilteredRow): void {
  const shift = start - above;
  for (let at = start; at < start + length; at++) {
    buffer[at] = (buffer[at] as number) + (buffer[at - shift] as number);
  }
}

function average(buffer: Uint8Array, { start, length, above, step }: FilteredRow): void {
  const shift = start - above;
  for (let at = start; at < start + step; at++) {
    buffer[at] = (buffer[at] as number) + ((buffer[at - shift] as number) >> 1);
  }
  for (let at = start + step; at < start + length; at++) {
    const sum = (buffer[at - step] as number) + (buffer[at - shift] as number);
    buffer[at] = (buffer[at] as number) + (sum >> 1);
  }
}

/** Without branches, as those of a noisy picture cannot be foretold; a channel at a time, to keep what was just made. */
function paeth(buffer: Uint8Array, { start, length, above, step }: FilteredRow): void {
  const shift = start - above;
  for (let channel = 0; channel < step; channel++) {
    let left = 0;
    let corner = 0;
    for (let at = start + channel; at < start + length; at += step) {
      const over = buffer[at - shift] as number;
      const toLeft = Math.abs(over - corner);
      const toOver = Math.abs(left - corner);
      const toCorner = Math.abs(left + over - 2 * corner);
      // All ones where the second is nearer, by the sign of the difference.
      const isOver = (toOver - toLeft) >> 31;
      const isCorner = (toCorner - (toLeft ^ ((toLeft ^ toOver) & isOver))) >> 31;
      const side = left ^ ((left ^ over) & isOver);
      left = ((buffer[at] as number) + (side ^ ((side ^ corner) & isCorner))) & 255;
      buffer[at] = left;
      corner = over;
    }
  }
}
