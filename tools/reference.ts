/** The pages of docs/reference/, made from the code that they describe. */
import type { ConfigField } from "../gateway/config/config_field.ts";
import { FIELDS } from "../gateway/config/config_fields.ts";
import { ERROR_CATALOGUE } from "../gateway/contract/catalogue.ts";
import { OPTIONS } from "../gateway/contract/options.ts";
import { DialectTable } from "../gateway/http/dialects/dialect_table.ts";
import { DIALECTS } from "../gateway/http/dialects/registry.ts";
import { OWN_ROUTES } from "../gateway/http/openapi/own_routes.ts";
import { HEADERS } from "../gateway/http/openapi/reply_headers.ts";
import { listRoutes, type Route, type RouteOptions } from "../gateway/http/routes.ts";
import { Metrics } from "../gateway/telemetry/metrics.ts";
import { code, table } from "./doc_tables.ts";

/** A metric as the registry tells it. */
export interface MetricEntry {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  readonly help: string;
}

/** Every metric of the gateway, in alphabetical order. */
export function allMetrics(): MetricEntry[] {
  const metrics = new Metrics().registry.getMetricsAsArray() as unknown as MetricEntry[];
  return metrics.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Every page by its path. */
export function referencePages(): Record<string, string> {
  return {
    "docs/reference/settings.md": page("Settings", settings(Object.values(FIELDS))),
    "docs/reference/errors.md": page("Errors", errors()),
    "docs/reference/metrics.md": page("Metrics", metrics(allMetrics())),
    "docs/reference/http.md": page("HTTP", http()),
  };
}

/** One row a setting: name, default, allowed values with their unit, meaning. */
export function settings(fields: readonly ConfigField<unknown>[]): string {
  return "Settings are environment variables. `deno task start --check-config` prints those in effect.\n\n" +
    table(
      ["Variable", "Default", "Allowed", "Meaning"],
      fields.map(({ env, default: text, allowed, unit, doc }) => [
        code(env),
        text === "" ? "" : code(text),
        unit === undefined ? allowed : `${allowed} ${unit}`,
        doc,
      ]),
    );
}

/** One row a code, in order of status. */
export function errors(): string {
  const rows = Object.entries(ERROR_CATALOGUE).map(([name, { status, retryable, meaning }]) => [
    String(status),
    code(name),
    retryable ? "yes" : "",
    meaning,
  ]);
  return "Every error of the gateway has one of these codes. Retry: the same request may succeed later.\n\n" +
    table(["Status", "Code", "Retry", "Meaning"], rows);
}

/** One row a metric. */
export function metrics(entries: readonly MetricEntry[]): string {
  const rows = entries.map(({ name, type, labelNames, help }) => [
    code(name),
    type,
    labelNames.map(code).join(", "),
    help,
  ]);
  return "`GET /metrics` shows these in Prometheus' text format. The label `model` is empty where a request\n" +
    "ended before a model was known: probes, 401, 404, 405, 415 by the head, 503 of a draining gateway.\n\n" +
    table(["Metric", "Type", "Labels", "Meaning"], rows);
}

/** Routes, what embed routes speak and take, and headers. */
export function http(): string {
  const owners = new DialectTable(DIALECTS);
  const routes = listedRoutes().map(({ method, path, isOpen }) => {
    const { name } = owners.dialectOf(method, path);
    const line = `${method} ${path}`;
    const meaning = OWN_ROUTES[line]?.meaning ?? summaryOf(name, { method, path });
    return [code(line), isOpen ? "no" : "yes", meaning];
  });
  const dialects = DIALECTS.map((d) => [d.name, d.paths.map(code).join(" "), code(d.key.hint)]);
  const options = Object.values(OPTIONS).map((option) => [
    code(option.wire),
    option.allowed,
    code(String(option.default)),
    option.meaning,
  ]);
  return [
    "Key: the route wants an API key where the gateway has any.",
    table(["Route", "Key", "Answer"], routes),
    "## Dialects",
    "Each embed route speaks a dialect, in its replies, its errors and where it looks for the key.",
    table(["Dialect", "Paths", "Key"], dialects),
    "## Options",
    "In the query, or beside inputs in JSON and forms; `/embed/base64` has none, `/rank` those of photos.",
    table(["Option", "Values", "Default", "Meaning"], options),
    "## Headers",
    table(
      ["Header", "On", "Meaning"],
      HEADERS.map(({ name, on, meaning }) => [code(name), on, meaning]),
    ),
  ].join("\n\n");
}

/** What a dialect says of a route of its own. */
function summaryOf(dialect: string, { method, path }: Pick<Route, "method" | "path">): string {
  const { schemas, gets = [] } = DIALECTS.find(({ name }) => name === dialect) ?? {};
  const summary = method === "POST"
    ? schemas?.summary
    : gets.find((get) => get.path === path)?.summary;
  return summary ?? `As clients of ${code(dialect)} ask for it`;
}

/** Routes, such as `GET /livez`; nothing is handled, so they need none of their parts. */
export function routeLines(): string[] {
  return listedRoutes().map(({ method, path }) => `${method} ${path}`);
}

function listedRoutes(): Route[] {
  const options: Partial<RouteOptions> = { dialects: DIALECTS };
  return listRoutes(options as RouteOptions, new DialectTable(DIALECTS));
}

function page(title: string, content: string): string {
  return `<!-- Written by deno task docs: change the code instead. -->\n\n# ${title}\n\n${content}\n`;
}
