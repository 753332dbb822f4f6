/** Pairs in a file, so that they are found once. */
import type { PairList } from "../groups/pair_list.ts";

/** What a file of pairs holds. */
export interface KeptPairs {
  /** Of what the pairs were found among, and how; see `loadPairs()`. */
  readonly key: string;
  /** Cosine from which none is missing. */
  readonly floor: number;
  readonly pairs: PairList;
}

/** A file begins so; the number is its version's. */
const MAGIC = "photos-pairs-1";
/** Length of the head: JSON, and spaces behind it. */
const HEAD_BYTES = 512;
const PAIR_BYTES = 12;

/**
 * Reads a file.
 *
 * @returns `undefined` where there is none, or it is another one than was written, or it has another key.
 */
export async function readPairs(path: string, key: string): Promise<KeptPairs | undefined> {
  const bytes = await readIfThere(path);
  const head = bytes && parseHead(bytes);
  if (head === undefined || head.key !== key) return undefined;
  const body = bytes as Uint8Array<ArrayBuffer>;
  if (body.length !== HEAD_BYTES + head.count * PAIR_BYTES) return undefined;
  if (await digestOf(body.subarray(HEAD_BYTES)) !== head.digest) return undefined;
  const part = (index: number) =>
    [body.buffer, HEAD_BYTES + index * 4 * head.count, head.count] as const;
  const pairs = {
    a: new Uint32Array(...part(0)),
    b: new Uint32Array(...part(1)),
    cosines: new Float32Array(...part(2)),
  };
  return { key, floor: head.floor, pairs };
}

/** Writes a file, all of it or nothing: an older one is replaced when the new one is whole. */
export async function writePairs(path: string, { key, floor, pairs }: KeptPairs): Promise<void> {
  const { a, b, cosines } = pairs;
  const count = cosines.length;
  const bytes = new Uint8Array(HEAD_BYTES + count * PAIR_BYTES).fill(0x20, 0, HEAD_BYTES);
  [a, b, cosines].forEach(({ buffer, byteOffset, byteLength }, index) =>
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), HEAD_BYTES + index * 4 * count)
  );
  const digest = await digestOf(bytes.subarray(HEAD_BYTES));
  const head = JSON.stringify({ magic: MAGIC, key, floor, count, digest });
  new TextEncoder().encodeInto(head, bytes.subarray(0, HEAD_BYTES));
  // Two runs may write at once.
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    await Deno.writeFile(part, bytes);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}

interface Head {
  readonly magic: string;
  readonly key: string;
  readonly floor: number;
  readonly count: number;
  readonly digest: string;
}

function parseHead(bytes: Uint8Array): Head | undefined {
  try {
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES)));
    return head.magic === MAGIC ? head : undefined;
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
