/** The Huffman code of header values (RFC 7541, section 5.2 and appendix B). */
import { ErrorCode, Http2Error } from "./error_code.ts";

/**
 * Bits of the code of each byte, and of the end of string behind them. The code is canonical: shorter codes come
 * first, those of one length in the order of their bytes, so lengths say it all.
 */
// deno-fmt-ignore
const CODE_LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7,
  7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
  23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
  21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

const END_OF_STRING = 256;
const PADDING_BITS_MAX = 7;

/** A node is a pair of entries, one a bit: a node's number, or `~symbol`; 0, the root, is nothing. */
const TREE = makeTree(CODE_LENGTHS);

/**
 * The bytes that a code stands for, one character each.
 *
 * @throws {Http2Error} when it holds the end of string, or does not end in at most seven ones.
 */
export function decodeHuffman(code: Uint8Array): string {
  let text = "";
  let node = 0;
  let bits = 0;
  let isOnes = true;
  for (const byte of code) {
    for (let shift = 7; shift >= 0; shift--) {
      const bit = (byte >> shift) & 1;
      const entry = TREE[2 * node + bit] as number;
      bits++;
      isOnes &&= bit === 1;
      if (entry >= 0) {
        node = entry;
        continue;
      }
      if (~entry === END_OF_STRING) throw broken("an end of string");
      text += String.fromCharCode(~entry);
      node = 0;
      bits = 0;
      isOnes = true;
    }
  }
  if (bits > PADDING_BITS_MAX || !isOnes) throw broken("padding that is none");
  return text;
}

function broken(problem: string): Http2Error {
  return new Http2Error(ErrorCode.COMPRESSION_ERROR, `${problem} in a Huffman code`);
}

function makeTree(lengths: readonly number[]): Int16Array {
  const symbols = lengths.map((_, symbol) => symbol);
  symbols.sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
  const tree = [0, 0];
  let code = 0;
  let previous = 0;
  for (const symbol of symbols) {
    const length = lengths[symbol] as number;
    // Of 30 bits at most, which shifts can hold.
    code <<= length - previous;
    previous = length;
    addLeaf(tree, { code, length, symbol });
    code++;
  }
  return Int16Array.from(tree);
}

function addLeaf(
  tree: number[],
  { code, length, symbol }: { code: number; length: number; symbol: number },
): void {
  let node = 0;
  for (let shift = length - 1; shift > 0; shift--) {
    const at = 2 * node + ((code >> shift) & 1);
    if (tree[at] === 0) {
      tree[at] = tree.length / 2;
      tree.push(0, 0);
    }
    node = tree[at] as number;
  }
  tree[2 * node + (code & 1)] = ~symbol;
}
