/**
 * Reads a Compose file as `docker compose config` would, for tests where there is no Docker. Dclint, which holds the
 * file to its schema, sees the names of variables and not their values.
 */
import { isNode, parseDocument } from "../yaml.ts";
import { interpolate } from "./interpolate.ts";

/** The parts of a service that are checked. Everything is as written, with variables replaced. */
export interface Service {
  readonly image?: string;
  readonly pull_policy?: string;
  readonly build?: {
    readonly context: string;
    readonly dockerfile: string;
    readonly args?: Readonly<Record<string, string>>;
  };
  readonly user?: string;
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ulimits?: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly env_file?: readonly { readonly path: string; readonly required?: boolean }[];
  readonly depends_on?:
    | readonly string[]
    | Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: {
    readonly interval?: string;
    readonly retries?: number;
    readonly start_period?: string;
  };
  readonly stop_grace_period?: string;
  readonly mem_limit?: string;
  readonly deploy?: unknown;
}

/** A Compose file with variables replaced. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<
    Record<string, { readonly driver_opts?: Readonly<Record<string, string>> } | null>
  >;
  /** Variables that the file names, sorted. */
  readonly variables: readonly string[];
}

/** What a file is read with. */
export interface ReadOptions {
  /** Values of variables by their names. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Texts of files by their names, as the file's `extends` have them. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Reads a Compose file.
 *
 * @throws {SyntaxError} when it is not YAML, a variable is malformed, or a service extends one that is not there.
 */
export function readComposeFile(
  text: string,
  { variables = {}, files = {} }: ReadOptions = {},
): ComposeFile {
  const names = new Set<string>();
  const document = parseDocument(text, { merge: true, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) throw new SyntaxError(error.message);
  const file = mapStrings(document.toJS(), (string) => {
    const result = interpolate(string, variables);
    for (const name of result.names) names.add(name);
    return result.text;
  }) as ComposeFile;
  const tagOf = (...path: string[]) => {
    const node = document.getIn(path, true);
    return isNode(node) ? node.tag : undefined;
  };
  const services: Record<string, Service> = {};
  for (const [name, service] of Object.entries(file.services)) {
    // Takes away what an earlier file has, and there is none.
    if (tagOf("services", name) === "!reset") continue;
    const { extends: base, ...own } = service as ExtendingService;
    if (base === undefined) {
      services[name] = own;
      continue;
    }
    const other = readComposeFile(files[base.file] ?? "", { variables });
    for (const variable of other.variables) names.add(variable);
    const extended = other.services[base.service];
    if (extended === undefined) {
      throw new SyntaxError(`Cannot extend ${base.service} of ${base.file}: it is not there`);
    }
    const replaces = (key: string) => tagOf("services", name, key) === "!override";
    services[name] = extend(extended, own, replaces);
  }
  const { networks = {}, volumes = {} } = file;
  return { services, networks, volumes, variables: [...names].sort() };
}

type ExtendingService = Service & {
  readonly extends?: { readonly file: string; readonly service: string };
};

/** Mappings and lists grow, everything else is replaced, and so is what is tagged `!override`. */
function extend(base: object, own: object, replaces: (key: string) => boolean): Service {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const old = result[key];
    if (replaces(key) || typeof old !== "object" || old === null) result[key] = value;
    else if (Array.isArray(old)) result[key] = [...old, ...value];
    else result[key] = { ...old, ...value };
  }
  return result;
}

/** The services that start with the given profiles. */
export function servicesOf(
  file: ComposeFile,
  profiles: readonly string[],
): Readonly<Record<string, Service>> {
  return Object.fromEntries(
    Object.entries(file.services).filter(([, service]) =>
      service.profiles === undefined ||
      service.profiles.some((profile) => profiles.includes(profile))
    ),
  );
}

/** Seconds of a duration such as `1m30s`; 0 for none. */
export function durationSeconds(text = "0s"): number {
  const parts = [...text.matchAll(/(\d+)(h|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new SyntaxError(`Cannot read duration ${text}`);
  }
  const seconds: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (seconds[unit] ?? 0), 0);
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]),
  );
}
