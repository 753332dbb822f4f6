/**
 * Header fields as HPACK packs them (RFC 7541), without the table that both sides would have to keep: we use none and
 * allow our peer none, so every block can be read by itself.
 */
import { ErrorCode, Http2Error } from "./error_code.ts";
import { decodeHuffman } from "./huffman.ts";
import { STATIC_FIELDS } from "./static_fields.ts";

/** Names are in lower case; a field that came twice has both values, with a comma between them. */
export type HeaderFields = ReadonlyMap<string, string>;

/** A field that is in the static table, by its number. */
const INDEXED = { pattern: 0x80, prefixBits: 7 };
/** A literal that the peer would like us to keep. */
const KEPT_LITERAL = { pattern: 0x40, prefixBits: 6 };
const TABLE_SIZE = { pattern: 0x20, prefixBits: 5 };
/** A literal that is not kept, and one that nobody on the way may keep either. */
const LITERAL = { pattern: 0x00, prefixBits: 4 };
const STRING_PREFIX_BITS = 7;
const HUFFMAN = 0x80;

/** What a whole block may weigh; gRPC's own limit is 8 KiB. */
const FIELDS_BYTES_MAX = 64 * 1024;
/** Of a field beyond its name and value (RFC 7541, section 4.1). */
const FIELD_OVERHEAD_BYTES = 32;

const STATIC_NAMES = new Map<string, number>();
const STATIC_NUMBERS = new Map<string, number>();
STATIC_FIELDS.forEach(([name, value], index) => {
  if (!STATIC_NAMES.has(name)) STATIC_NAMES.set(name, index + 1);
  STATIC_NUMBERS.set(`${name}: ${value}`, index + 1);
});

const ENCODER = new TextEncoder();

/** Packs fields; a block may be several packs, one behind the other. */
export function encodeHeaders(
  fields: Iterable<readonly [name: string, value: string]>,
): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const [name, value] of fields) {
    const number = STATIC_NUMBERS.get(`${name}: ${value}`);
    if (number !== undefined) {
      pushInteger(bytes, number, INDEXED);
      continue;
    }
    const nameNumber = STATIC_NAMES.get(name) ?? 0;
    pushInteger(bytes, nameNumber, LITERAL);
    if (nameNumber === 0) pushString(bytes, name);
    pushString(bytes, value);
  }
  return Uint8Array.from(bytes);
}

/** What every block begins with: that we keep no table, whatever our peer would allow. */
export const NO_TABLE: Uint8Array<ArrayBuffer> = Uint8Array.of(TABLE_SIZE.pattern);

/**
 * Unpacks a whole block.
 *
 * @throws {Http2Error} when it is none, weighs more than 64 KiB, or needs a table.
 */
export function decodeHeaders(block: Uint8Array): HeaderFields {
  const reader = new BlockReader(block);
  const fields = new Map<string, string>();
  let bytesLeft = FIELDS_BYTES_MAX;
  while (!reader.isAtEnd) {
    const field = readField(reader);
    if (field === undefined) continue;
    const [name, value] = field;
    bytesLeft -= name.length + value.length + FIELD_OVERHEAD_BYTES;
    if (bytesLeft < 0) throw new Http2Error(ErrorCode.ENHANCE_YOUR_CALM, "headers beyond 64 KiB");
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}

/** The next field, or nothing where the table's size was told. */
function readField(reader: BlockReader): readonly [string, string] | undefined {
  const first = reader.peek();
  if (first >= INDEXED.pattern) return staticField(reader.integer(INDEXED.prefixBits));
  if (first >= TABLE_SIZE.pattern && first < KEPT_LITERAL.pattern) {
    const size = reader.integer(TABLE_SIZE.prefixBits);
    if (size > 0) throw broken(`a table of ${size} bytes where none is allowed`);
    return undefined;
  }
  const { prefixBits } = first >= KEPT_LITERAL.pattern ? KEPT_LITERAL : LITERAL;
  const number = reader.integer(prefixBits);
  const name = number === 0 ? reader.string() : staticField(number)[0];
  return [name, reader.string()];
}

function staticField(number: number): readonly [string, string] {
  const field = STATIC_FIELDS[number - 1];
  if (field === undefined) throw broken(`field ${number}, of a table that is not kept`);
  return field;
}

/** Integers and strings of a block (RFC 7541, section 5). */
class BlockReader {
  readonly #block: Uint8Array;
  #offset = 0;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#block.byteLength;
  }

  peek(): number {
    const byte = this.#block[this.#offset];
    if (byte === undefined) throw broken("an end in the middle of a field");
    return byte;
  }

  integer(prefixBits: number): number {
    const prefixMax = 2 ** prefixBits - 1;
    let value = this.#byte() & prefixMax;
    if (value < prefixMax) return value;
    // Three more bytes reach two million, more than a block may have.
    for (let shift = 0; shift <= 14; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw broken("a number beyond all that is allowed");
  }

  string(): string {
    const isHuffman = this.peek() >= HUFFMAN;
    const byteLength = this.integer(STRING_PREFIX_BITS);
    const end = this.#offset + byteLength;
    if (end > this.#block.byteLength) throw broken("an end in the middle of a text");
    const bytes = this.#block.subarray(this.#offset, end);
    this.#offset = end;
    return isHuffman ? decodeHuffman(bytes) : String.fromCharCode(...bytes);
  }

  #byte(): number {
    const byte = this.peek();
    this.#offset++;
    return byte;
  }
}

function broken(problem: string): Http2Error {
  return new Http2Error(ErrorCode.COMPRESSION_ERROR, `${problem} in a header block`);
}

function pushInteger(
  bytes: number[],
  value: number,
  { pattern, prefixBits }: { readonly pattern: number; readonly prefixBits: number },
): void {
  const prefixMax = 2 ** prefixBits - 1;
  if (value < prefixMax) return void bytes.push(pattern | value);
  bytes.push(pattern | prefixMax);
  let rest = value - prefixMax;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
}

function pushString(bytes: number[], text: string): void {
  const encoded = ENCODER.encode(text);
  pushInteger(bytes, encoded.byteLength, { pattern: 0, prefixBits: STRING_PREFIX_BITS });
  bytes.push(...encoded);
}
