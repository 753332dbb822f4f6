/** Which of the types that a reply can have a client prefers (RFC 9110, section 12.5.1). */
import { parseAccept } from "hono/utils/accept";

/** What a client thinks of a type. */
interface Opinion {
  /** From 0, which is not acceptable, to 1. */
  readonly quality: number;
  /** Whether the type itself is named, rather than a range that it is in. */
  readonly isNamed: boolean;
  /** Its place in the header among ranges of the same quality. */
  readonly place: number;
}

const REFUSED: Opinion = { quality: 0, isNamed: false, place: Infinity };

/**
 * Chooses the type that is liked best: by quality, then one that is named before one in a range, then the header's
 * order, then ours. A client that accepts none of them gets the first, which the RFC allows in place of 406.
 *
 * @param types In lower case, the usual one first.
 */
export function preferredType<Type extends string>(
  accept: string | null,
  types: readonly [Type, ...Type[]],
): Type {
  if (accept === null || accept === "*/*") return types[0];
  const ranges = parseAccept(accept).map(({ type, q }) => ({ range: type.toLowerCase(), q }));
  let best = { type: types[0], opinion: REFUSED };
  for (const type of types) {
    const opinion = opinionOf(type, ranges);
    if (opinion.quality > 0 && isBetter(opinion, best.opinion)) best = { type, opinion };
  }
  return best.type;
}

/** By the most specific range that the type is in; parameters other than `q` are not looked at. */
function opinionOf(type: string, ranges: readonly { range: string; q: number }[]): Opinion {
  for (const range of [type, `${type.split("/")[0]}/*`, "*/*"]) {
    const place = ranges.findIndex((one) => one.range === range);
    if (place >= 0) return { quality: ranges[place]?.q ?? 0, isNamed: range === type, place };
  }
  return REFUSED;
}

function isBetter(one: Opinion, other: Opinion): boolean {
  if (one.quality !== other.quality) return one.quality > other.quality;
  if (one.isNamed !== other.isNamed) return one.isNamed;
  return one.isNamed && one.place < other.place;
}
