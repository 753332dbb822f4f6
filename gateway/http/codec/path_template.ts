/** Paths with places for names: `/v2/models/{model}/infer` (OpenAPI's path templates). */

/** A path of an URL, with names in braces for what differs. */
export type Path = `/${string}`;

/** A path template, ready to be compared with paths. */
export class PathTemplate {
  readonly path: Path;
  /** What is before its first name: all of it where there is none. */
  readonly start: string;
  readonly #pattern: RegExp | undefined;

  constructor(path: Path) {
    this.path = path;
    const brace = path.indexOf("{");
    this.start = brace < 0 ? path : path.slice(0, path.lastIndexOf("/", brace));
    this.#pattern = brace < 0 ? undefined : new RegExp(
      `^${
        path.split(/\{(\w+)\}/).map((part, at) => at % 2 === 1 ? `(?<${part}>[^/]+)` : escape(part))
          .join("")
      }$`,
    );
  }

  /** What a path has in the places of names; `undefined` where it is another path. */
  match(path: string): Readonly<Record<string, string>> | undefined {
    if (this.#pattern === undefined) return path === this.path ? NONE : undefined;
    const groups = this.#pattern.exec(path)?.groups;
    if (groups === undefined) return undefined;
    const params = Object.entries(groups).map(([name, text]) => [name, decoded(text)] as const);
    return params.every(([, value]) => value !== undefined)
      ? Object.fromEntries(params) as Record<string, string>
      : undefined;
  }

  /** Whether it has names. */
  get hasNames(): boolean {
    return this.#pattern !== undefined;
  }
}

const NONE: Readonly<Record<string, string>> = {};

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
