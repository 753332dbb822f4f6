/**
 * Reads a Compose file as `docker compose config` would, for tests where there is no Docker. Dclint, which holds the
 * file to its schema, sees the names of variables and not their values.
 */
import { parse } from "yaml";
import { interpolate } from "./interpolate.ts";

/** The parts of a service that are checked. Everything is as written, with variables replaced. */
export interface Service {
  readonly image?: string;
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

/**
 * Reads a Compose file.
 *
 * @throws {SyntaxError} when it is not YAML, or a variable is malformed.
 */
export function readComposeFile(
  text: string,
  variables: Readonly<Record<string, string>> = {},
): ComposeFile {
  const names = new Set<string>();
  const raw: unknown = parse(text, { merge: true });
  const file = mapStrings(raw, (string) => {
    const result = interpolate(string, variables);
    for (const name of result.names) names.add(name);
    return result.text;
  });
  const { services, networks = {}, volumes = {} } = file as ComposeFile;
  return { services, networks, volumes, variables: [...names].sort() };
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
