/** All dialects, a line each. */
import { base64List } from "./base64_list.ts";
import type { Dialect } from "./dialect.ts";
import { native } from "./native.ts";
import { rank } from "./rank.ts";

/** Dialects that are spoken; the first one words the errors of paths that are nobody's. */
export type Dialects = readonly [Dialect, ...Dialect[]];

/** The gateway's. */
export const DIALECTS: Dialects = [
  native,
  base64List,
  rank,
];

/** The dialect of a path: whose it is, or below whose it lies; the longest path first. */
export function dialectOf(path: string, dialects: Dialects): Dialect {
  let owner: Dialect | undefined;
  for (const dialect of dialects) {
    if (path !== dialect.path && !path.startsWith(`${dialect.path}/`)) continue;
    if (owner === undefined || dialect.path.length > owner.path.length) owner = dialect;
  }
  return owner ?? dialects[0];
}

/** The dialect that takes requests on exactly this path. */
export function dialectAt(path: string, dialects: Dialects): Dialect | undefined {
  return dialects.find((dialect) => dialect.path === path);
}

/** The dialect of a name, for a worker that was told it. */
export function dialectNamed(name: string): Dialect {
  const dialect = DIALECTS.find((dialect) => dialect.name === name);
  if (dialect === undefined) throw new RangeError(`Cannot find dialect ${name}`);
  return dialect;
}
