/** Byte-pair encoding of one word, in n log n of its length. */
import { MergeQueue } from "./merge_queue.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** No neighbour. */
const NONE = -1;

/**
 * Token ids of a word's UTF-8 bytes.
 *
 * The neighbours of the lowest id merge first, the leftmost of them before the others, until none merge. open_clip takes
 * all places of a pair at once; since a merge's id is above those of its parts, what it makes possible comes later
 * in either order.
 */
export function encodeBytePairs(word: Uint8Array, vocabulary: Vocabulary): number[] {
  const { bytes, endBytes, merged } = vocabulary;
  const last = word.length - 1;
  if (last < 0) return [];
  const ids = new Int32Array(word.length);
  // A list with links both ways: merged places drop out, and nothing moves.
  const next = new Int32Array(word.length);
  const previous = new Int32Array(word.length);
  for (let place = 0; place <= last; place++) {
    ids[place] = bytes[word[place] ?? 0] ?? 0;
    next[place] = place + 1;
    previous[place] = place - 1;
  }
  ids[last] = endBytes[word[last] ?? 0] ?? 0;
  next[last] = NONE;
  const queue = new MergeQueue(word.length);
  const offer = (place: number) => {
    const right = next[place] ?? NONE;
    if (right === NONE) return;
    const id = merged.get(ids[place] ?? 0, ids[right] ?? 0);
    if (id !== undefined) queue.push(id, place);
  };
  for (let place = 0; place < last; place++) offer(place);
  for (let merge = queue.pop(); merge !== undefined; merge = queue.pop()) {
    const { id, place } = merge;
    const right = next[place] ?? NONE;
    // Offers are not taken back when a neighbour merges elsewhere: what they say may not be true any more.
    if (right === NONE || merged.get(ids[place] ?? 0, ids[right] ?? 0) !== id) continue;
    ids[place] = id;
    const behind = next[right] ?? NONE;
    next[place] = behind;
    // Whatever was offered there is void.
    next[right] = NONE;
    if (behind !== NONE) previous[behind] = place;
    offer(place);
    const before = previous[place] ?? NONE;
    if (before !== NONE) offer(before);
  }
  const tokens: number[] = [];
  // The first place never drops out: merges go to the left.
  for (let place = 0; place !== NONE; place = next[place] ?? NONE) tokens.push(ids[place] ?? 0);
  return tokens;
}
