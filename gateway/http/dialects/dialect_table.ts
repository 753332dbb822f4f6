/** Whose a path is. */
import { type Path, PathTemplate } from "../codec/path_template.ts";
import type { Dialect, EncodedRequest } from "./dialect.ts";
import { readJsonFields } from "../codec/json_body.ts";

/** Dialects that are spoken; the first one words the errors of paths that are nobody's. */
export type Dialects = readonly [Dialect, ...Dialect[]];

/** Whom a request for embeddings is for. */
export interface Addressee {
  readonly dialect: Dialect;
  /** The path as the dialect has it, a label for metrics. */
  readonly route: Path;
  /** What the path has in the template's places. */
  readonly params: Readonly<Record<string, string>>;
}

/** A path of a dialect's. */
interface Place {
  readonly dialect: Dialect;
  readonly method: "GET" | "POST";
  readonly template: PathTemplate;
}

/** All dialects by their paths. */
export class DialectTable {
  readonly #dialects: Dialects;
  readonly #places: readonly Place[];
  /** POST on paths without names: nearly every request. */
  readonly #addressees: ReadonlyMap<string, Addressee>;
  readonly #open: readonly Place[];

  constructor(dialects: Dialects) {
    this.#dialects = dialects;
    this.#places = dialects.flatMap((dialect) => [
      ...dialect.paths.map((path) => placeOf(dialect, "POST", path)),
      ...(dialect.gets ?? []).map(({ path, method }) => placeOf(dialect, method ?? "GET", path)),
    ]);
    const posts = dialects.flatMap((dialect) =>
      dialect.paths.map((path) => placeOf(dialect, "POST", path))
    );
    this.#open = posts.filter(({ template }) => template.hasNames);
    this.#addressees = new Map(
      posts.filter(({ template }) => !template.hasNames)
        .map(({ dialect, template: { path } }) => [path, { dialect, route: path, params: {} }]),
    );
  }

  /** Whom POST on this path asks for embeddings, if that is anybody. */
  addresseeOf(path: string): Addressee | undefined {
    const known = this.#addressees.get(path);
    if (known !== undefined) return known;
    for (const { dialect, template } of this.#open) {
      const params = template.match(path);
      if (params !== undefined) return { dialect, route: template.path, params };
    }
    return undefined;
  }

  /**
   * The dialect in whose words a request is answered: whose the path is, by this method rather than by another, or below
   * whose it lies; the longest path first.
   */
  dialectOf(method: string, path: string): Dialect {
    const addressee = method === "POST" ? this.#addressees.get(path) : undefined;
    if (addressee !== undefined) return addressee.dialect;
    const wanted = method === "HEAD" ? "GET" : method;
    let [owner, best]: [Dialect, number] = [this.#dialects[0], 0];
    for (const { dialect, method, template } of this.#places) {
      const isWhole = template.match(path) !== undefined;
      // "/" itself is one path of many askers, of whom the first dialect is one.
      if (path === "/" && isWhole && method !== wanted) continue;
      if (!isWhole && !isBelow(path, template.start)) continue;
      const rank = isWhole ? 2 * path.length + (method === wanted ? 2 : 1) : template.start.length;
      if (rank <= best) continue;
      [owner, best] = [dialect, rank];
    }
    return owner;
  }

  /** See `claimantAmong()`. */
  claimantOf(route: string, request: EncodedRequest): Dialect | undefined {
    return claimantAmong(this.#dialects, route, request);
  }
}

/** Whose a request is that was sent to another dialect's path, if its JSON tells so. */
export function claimantAmong(
  dialects: Dialects,
  route: string,
  request: EncodedRequest,
): Dialect | undefined {
  if (request.kind !== "json") return undefined;
  return dialects.find(({ claims = [] }) =>
    claims.some(({ path, isMine }) => path === route && isMine(fieldsOf(request)))
  );
}

function placeOf(dialect: Dialect, method: Place["method"], path: Path): Place {
  return { dialect, method, template: new PathTemplate(path) };
}

function isBelow(path: string, start: string): boolean {
  return start.length > 1 && path.startsWith(start) &&
    (path.length === start.length || path[start.length] === "/");
}

/** What cannot be read is nobody's claim, and the path's own dialect says why. */
function fieldsOf(request: EncodedRequest): Readonly<Record<string, unknown>> {
  try {
    return readJsonFields(request);
  } catch {
    return {};
  }
}
