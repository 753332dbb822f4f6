/** All dialects, a line each. */
import { base64List } from "./base64_list.ts";
import type { Dialect, Path } from "./dialect.ts";
import { native } from "./native.ts";
import { openai } from "./openai.ts";
import { rank } from "./rank.ts";

/** Dialects that are spoken; the first one words the errors of paths that are nobody's. */
export type Dialects = readonly [Dialect, ...Dialect[]];

/** The gateway's. */
export const DIALECTS: Dialects = [
  native,
  base64List,
  rank,
  openai,
];

/** The dialect of a path: whose it is, or below whose it lies; the longest path first. */
export function dialectOf(path: string, dialects: Dialects): Dialect {
  let owner = dialects[0];
  let length = 0;
  for (const dialect of dialects) {
    for (const own of pathsOf(dialect)) {
      if (own.length <= length || !path.startsWith(own)) continue;
      if (path.length > own.length && path[own.length] !== "/") continue;
      owner = dialect;
      length = own.length;
    }
  }
  return owner;
}

/** The dialect that is asked for embeddings on exactly this path. */
export function dialectAt(path: string, dialects: Dialects): Dialect | undefined {
  return dialects.find(({ paths }) => paths.includes(path as Path));
}

/** All that it answers on. */
function pathsOf({ paths, gets = [] }: Dialect): readonly Path[] {
  return gets.length === 0 ? paths : [...paths, ...gets.map(({ path }) => path)];
}

/** The dialect of a name, for a worker that was told it. */
export function dialectNamed(name: string): Dialect {
  const dialect = DIALECTS.find((dialect) => dialect.name === name);
  if (dialect === undefined) throw new RangeError(`Cannot find dialect ${name}`);
  return dialect;
}
