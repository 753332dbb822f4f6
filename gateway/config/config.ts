/** The gateway's configuration: a pure function of environment variables that reports every problem at once. */
import type { ConfigField } from "./config_field.ts";
import { FIELDS } from "./config_fields.ts";

type Fields = typeof FIELDS;

/** The effective configuration; one property a field of `config_fields.ts`. */
export type Config = { readonly [Key in keyof Fields]: ReturnType<Fields[Key]["parse"]> };

/** A configuration and what is wrong with it; it is usable only when `problems` is empty. */
export interface ParsedConfig {
  readonly config: Config;
  readonly problems: readonly string[];
}

const PREFIX = "GATEWAY_";
/** A cache of fewer bytes holds so few embeddings that a zero was forgotten. */
const CACHE_BYTES_MIN = 1024 * 1024;

/** Parses the environment. Unknown `GATEWAY_*` names are problems, since a misspelt limit would not hold. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ParsedConfig {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [key, field] of fieldEntries()) {
    const text = env[field.env] ?? field.default;
    try {
      config[key] = field.parse(text);
    } catch (error) {
      problems.push(
        `${field.env} ${(error as Error).message}: current value is ${shown(field, text)}`,
      );
      config[key] = field.parse(field.default);
    }
  }
  const known = new Set(fieldEntries().map(([, field]) => field.env));
  for (const name of Object.keys(env)) {
    if (name.startsWith(PREFIX) && !known.has(name)) {
      problems.push(`${name} is not a known setting`);
    }
  }
  const parsed = config as unknown as Config;
  return { config: parsed, problems: [...problems, ...relationProblems(parsed)] };
}

/** The configuration as environment lines, secrets redacted, for logs and `--check-config`. */
export function describeConfig(config: Config): Record<string, string> {
  return Object.fromEntries(
    fieldEntries().map(([key, field]) => {
      const value = config[key as keyof Config];
      const text = Array.isArray(value) ? value.join(",") : String(value);
      return [field.env, shown(field, text)];
    }),
  );
}

/** Bytes that base64 and JSON around it may take for images of the given bytes. */
function base64BodyBytes(imageBytes: number): number {
  return Math.ceil((imageBytes * 4) / 3) + 1024;
}

/** Limits that contradict each other would only show under load, so they are checked here. */
function relationProblems(config: Config): string[] {
  const relations: [boolean, string][] = [
    [
      base64BodyBytes(config.imageBytesMax) <= config.bodyBytesMax,
      `GATEWAY_BODY_BYTES_MAX must hold one image of GATEWAY_IMAGE_BYTES_MAX as base64: it must be ≥ ${
        base64BodyBytes(config.imageBytesMax)
      }`,
    ],
    [
      config.requestImagesMax <= config.slots,
      "GATEWAY_REQUEST_IMAGES_MAX must be ≤ GATEWAY_SLOTS",
    ],
    [
      config.imagePixelsMax <= config.inflightPixelsMax,
      "GATEWAY_IMAGE_PIXELS_MAX must be ≤ GATEWAY_INFLIGHT_PIXELS_MAX",
    ],
    [
      config.bodyBytesMax <= config.inflightBytesMax,
      "GATEWAY_BODY_BYTES_MAX must be ≤ GATEWAY_INFLIGHT_BYTES_MAX",
    ],
    [
      config.bodyTimeoutMs <= config.requestTimeoutMs,
      "GATEWAY_BODY_TIMEOUT_MS must be ≤ GATEWAY_REQUEST_TIMEOUT_MS",
    ],
    [
      config.imageTimeoutMs <= config.requestTimeoutMs,
      "GATEWAY_IMAGE_TIMEOUT_MS must be ≤ GATEWAY_REQUEST_TIMEOUT_MS",
    ],
    [
      config.cacheBytes === 0 || config.cacheBytes >= CACHE_BYTES_MIN,
      `GATEWAY_CACHE_BYTES must be 0 or ≥ ${CACHE_BYTES_MIN}`,
    ],
  ];
  return relations.filter(([holds]) => !holds).map(([, problem]) => problem);
}

function fieldEntries(): [string, ConfigField<unknown>][] {
  return Object.entries(FIELDS);
}

function shown(field: ConfigField<unknown>, text: string): string {
  if (!field.isSecret) return text;
  return text === "" ? "" : "<redacted>";
}
