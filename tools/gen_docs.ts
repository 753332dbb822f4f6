// deno-lint-ignore-file no-console
/**
 * `deno task docs`: writes README.md's tables of settings, errors and metrics from the code.
 *
 * `--check` writes nothing and exits 1 if they are out of date.
 */
import type { ConfigField } from "../gateway/config_field.ts";
import { FIELDS } from "../gateway/config_fields.ts";
import { ERROR_CATALOGUE } from "../gateway/errors.ts";
import { Metrics } from "../gateway/telemetry/metrics.ts";
import {
  configTable,
  errorTable,
  type MetricEntry,
  metricTable,
  replaceSection,
} from "./doc_tables.ts";

const README = new URL("../README.md", import.meta.url);

async function allMetrics(): Promise<MetricEntry[]> {
  const metrics = new Metrics();
  const zero = () => 0;
  metrics.addGauges({
    slotsInUse: zero,
    slotsTotal: zero,
    requestsInFlight: zero,
    bodyBytesInFlight: zero,
    pixelsInFlight: zero,
    imagesQueued: zero,
  });
  const entries = await metrics.registry.getMetricsAsJSON();
  return entries.map(({ name, type, help }) => ({ name, type: String(type), help }));
}

async function generate(readme: string): Promise<string> {
  const fields: ConfigField<unknown>[] = Object.values(FIELDS);
  let result = replaceSection(readme, "settings", configTable(fields));
  result = replaceSection(result, "errors", errorTable(ERROR_CATALOGUE));
  return replaceSection(result, "metrics", metricTable(await allMetrics()));
}

if (import.meta.main) {
  const current = await Deno.readTextFile(README);
  const expected = await generate(current);
  if (!Deno.args.includes("--check")) {
    await Deno.writeTextFile(README, expected);
  } else if (current !== expected) {
    console.error("README.md is out of date: run deno task docs");
    Deno.exitCode = 1;
  }
}
