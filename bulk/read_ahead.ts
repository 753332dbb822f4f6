/** Reads photos ahead of their turn, as many as are allowed to be in memory. */
import type { Photo } from "./photo.ts";

/** Gives photos in order; so many of them are being read, or were, before they are asked for. */
export function* readAhead(photos: Iterable<Photo>, countMax: number): Generator<Photo> {
  const ahead: Photo[] = [];
  for (const photo of photos) {
    ahead.push(started(photo));
    if (ahead.length > countMax) yield ahead.shift() as Photo;
  }
  yield* ahead;
}

function started({ id, read }: Photo): Photo {
  const reading = read();
  // Whoever asks for it hears of it; until then it is nobody's.
  reading.catch(() => {});
  return { id, read: () => reading };
}
