/** The manifest of a shard: a photo a line. */

/** A line of it. */
export interface ListedPhoto {
  /** A path, or an address of http or https. */
  readonly source: string;
  readonly id: string;
}

const ADDRESS = /^([a-z][a-z0-9+.-]*):\/\//i;

/** Whether a source is an address rather than a path. */
export function isAddress(source: string): boolean {
  return ADDRESS.test(source);
}

/**
 * Reads `SOURCE` or `SOURCE<tab>ID` a line; empty lines are none. Without an id the source is it, an address without its
 * query, which signs it and changes.
 *
 * @throws {Error} that names the line: of a form that is not known, or with an id that was there before; or where there is
 * no photo.
 */
export function parseList(text: string): ListedPhoto[] {
  const photos: ListedPhoto[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, line] of text.split("\n").entries()) {
    const [source = "", id = idOf(source), ...others] = line.replace(/\r$/, "").split("\t");
    if (source === "" && id === "" && others.length === 0) continue;
    const wrong = (reason: string) => new Error(`Cannot read line ${index + 1}: ${reason}`);
    if (source === "" || id === "" || others.length > 0) {
      throw wrong("it must be a path or an address, and may have a tab and an id behind it");
    }
    const [, scheme = "http"] = ADDRESS.exec(source) ?? [];
    if (!/^https?$/i.test(scheme) || isAddress(source) && !URL.canParse(source)) {
      throw wrong("an address must be http or https: mount a bucket, or sign its addresses");
    }
    const before = lineOf.get(id);
    if (before !== undefined) throw wrong(`line ${before} has the same id`);
    lineOf.set(id, index + 1);
    photos.push({ source, id });
  }
  if (photos.length === 0) throw new Error("Cannot embed as there is no photo");
  return photos;
}

function idOf(source: string): string {
  return isAddress(source) ? source.replace(/[?#].*$/, "") : source;
}
