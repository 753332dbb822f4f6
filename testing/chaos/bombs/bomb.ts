/** A request that costs its sender little and a careless server much. */
import { deflateSync } from "node:zlib";

/** What is sent. */
export interface BombRequest {
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** One kind of bomb. */
export interface Bomb {
  readonly name: string;
  readonly about: string;
  /** Statuses that an idle gateway may answer. */
  readonly statuses: readonly number[];
  /** Whether every picture of its size and coding holds as much, bomb or not: it is admitted, one at a time. */
  readonly isLarge?: boolean;
  make(): BombRequest;
}

/** Side of a square of 25 megapixels, the most that one image may have. */
export const SIDE = 5000;

/** Parts joined, whatever they are made of. */
export function join(
  ...parts: readonly (Uint8Array | readonly number[])[]
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** A part so many times. */
export function repeat(
  part: Uint8Array | readonly number[],
  times: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(part.length * times);
  for (let index = 0; index < times; index++) bytes.set(part, index * part.length);
  return bytes;
}

/** Text as bytes. */
export function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value);
}

/** So many zeros by zlib: a thousandth of them. */
export function zeros(count: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(deflateSync(new Uint8Array(count), { level: 9 }));
}
