/** Cuts a multipart body into its parts (RFC 2046, section 5.1). */
import { GatewayError } from "../../contract/errors.ts";

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const DASH = 45;

/** A line that parts two parts. */
interface Delimiter {
  /** Of the line break before it, which belongs to it. */
  readonly start: number;
  /** Behind its own line break. */
  readonly end: number;
  /** Whether no part follows it. */
  readonly isLast: boolean;
}

/**
 * Gives the parts in order, their heads included, as views of the body. What stands before the first delimiter and
 * behind the last is skipped.
 *
 * @param boundary 1 to 70 characters of ASCII.
 * @throws {GatewayError} `invalid_body` when there is no delimiter, or the last one is missing.
 */
export function* splitParts(
  body: Uint8Array<ArrayBuffer>,
  boundary: string,
): Generator<Uint8Array<ArrayBuffer>> {
  const search = new DelimiterSearch(body, boundary);
  let delimiter = search.first();
  if (delimiter === undefined) {
    throw new GatewayError(
      "invalid_body",
      "Cannot read body as -- and the boundary of its content-type must begin a line, and CR LF must end it",
    );
  }
  while (!delimiter.isLast) {
    // The line break behind a delimiter may be the one before the next.
    const next = search.next(delimiter.end - 2);
    if (next === undefined) {
      throw new GatewayError(
        "invalid_body",
        "Cannot read body as its last part must end with a line of --, the boundary and --",
      );
    }
    yield body.subarray(delimiter.end, Math.max(delimiter.end, next.start));
    delimiter = next;
  }
}

/**
 * Finds delimiters as Horspool does, but compares from the front: a delimiter has one CR, its first byte, so nothing
 * that matched is compared again. The time is linear in the body's length, whatever the boundary.
 */
class DelimiterSearch {
  readonly #body: Uint8Array;
  /** CR LF, two dashes and the boundary. */
  readonly #needle: Uint8Array;
  /** How far the search may go on, by the byte under the needle's last. */
  readonly #steps: Uint8Array;

  constructor(body: Uint8Array, boundary: string) {
    this.#body = body;
    this.#needle = new TextEncoder().encode(`\r\n--${boundary}`);
    const last = this.#needle.length - 1;
    this.#steps = new Uint8Array(256).fill(this.#needle.length);
    for (let index = 0; index < last; index++) {
      this.#steps[this.#needle[index] ?? 0] = last - index;
    }
  }

  /** The first delimiter of all, which needs no line break where the body begins with it. */
  first(): Delimiter | undefined {
    return this.#delimiterAt(-2) ?? this.next(0);
  }

  /** The first delimiter that starts at or behind a place. */
  next(from: number): Delimiter | undefined {
    const body = this.#body;
    const steps = this.#steps;
    const last = this.#needle.length - 1;
    for (let at = from; at + last < body.length; at += steps[body[at + last] ?? 0] ?? 1) {
      const delimiter = body[at] === CR ? this.#delimiterAt(at) : undefined;
      if (delimiter !== undefined) return delimiter;
    }
    return undefined;
  }

  /** Only white space and a line break may follow the boundary, or two dashes: other lines are a part's own. */
  #delimiterAt(start: number): Delimiter | undefined {
    const body = this.#body;
    const needle = this.#needle;
    for (let index = Math.max(0, -start); index < needle.length; index++) {
      if (body[start + index] !== needle[index]) return undefined;
    }
    let end = start + needle.length;
    const isLast = body[end] === DASH && body[end + 1] === DASH;
    if (isLast) end += 2;
    while (body[end] === SPACE || body[end] === TAB) end++;
    const isLine = body[end] === CR && body[end + 1] === LF;
    if (isLine) return { start, end: end + 2, isLast };
    return isLast && (end === body.length || body[end] === LF) ? { start, end, isLast } : undefined;
  }
}
