/** The gateway's configuration: a pure function of environment variables that reports every problem at once. */
import type { ConfigField } from "./config_field.ts";
import { type Config, FIELDS } from "./config_fields.ts";
import { relationProblems } from "./config_relations.ts";
import { nearestName } from "../../command/nearest_name.ts";
import { separateServiceLinks } from "./service_links.ts";
import { shownValue } from "./shown_value.ts";

/** A configuration and what is wrong with it; it is usable only when `problems` is empty. */
export interface ParsedConfig {
  readonly config: Config;
  readonly problems: readonly string[];
  /** Names of variables that Kubernetes set for Services, and that were not read. */
  readonly serviceLinks: readonly string[];
}

const PREFIX = "GATEWAY_";

/** Names of all settings, as variables of the environment. */
export const SETTING_NAMES: readonly string[] = fieldEntries().map(([, field]) => field.env);

/** The variable of a value. */
export function settingName(key: keyof Config): string {
  return FIELDS[key].env;
}

/** Parses the environment. Unknown `GATEWAY_*` names are problems, since a misspelt limit would not hold. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
): ParsedConfig {
  const { settings: env, links: serviceLinks } = separateServiceLinks(environment);
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [key, field] of fieldEntries()) {
    const text = env[field.env] ?? field.default;
    try {
      config[key] = field.parse(text);
    } catch (error) {
      problems.push(
        `${field.env} ${(error as Error).message}: current value is ${
          field.isSecret ? shown(field, text) : shownValue(text)
        }`,
      );
      config[key] = field.parse(field.default);
    }
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith(PREFIX) && !SETTING_NAMES.includes(name)) {
      problems.push(unknownName(name));
    }
  }
  const asked = config as unknown as Config;
  const parsed = withModels(asked, env);
  return {
    config: parsed,
    problems: [...problems, ...bothProblem(asked, env), ...relationProblems(parsed)],
    serviceLinks,
  };
}

/** `GATEWAY_MODEL` says what is served where `GATEWAY_MODELS` does not. */
function withModels(config: Config, env: Readonly<Record<string, string | undefined>>): Config {
  const { models, model } = config;
  const isListed = (env[FIELDS.models.env] ?? "") !== "" && models.length > 0;
  if (isListed) return config;
  return { ...config, models: model === "" ? FIELDS.models.parse(FIELDS.models.default) : [model] };
}

function bothProblem(
  { models, model }: Config,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const areBothSet = model !== "" && (env[FIELDS.models.env] ?? "") !== "";
  if (!areBothSet || models.join() === model) return [];
  return [
    `GATEWAY_MODEL must be left out where GATEWAY_MODELS names what is served: ` +
    `GATEWAY_MODEL is ${model}, GATEWAY_MODELS is ${models}`,
  ];
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

function unknownName(name: string): string {
  const meant = nearestName(name, SETTING_NAMES);
  const cure = meant === undefined
    ? "docs/reference/settings.md lists those there are"
    : `did you mean ${meant}?`;
  return `${name} is not a known setting: ${cure}`;
}

function fieldEntries(): [string, ConfigField<unknown>][] {
  return Object.entries(FIELDS);
}

function shown(field: ConfigField<unknown>, text: string): string {
  if (!field.isSecret) return text;
  return text === "" ? "" : "<redacted>";
}
