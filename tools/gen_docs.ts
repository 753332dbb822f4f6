// deno-lint-ignore-file no-console
/** Writes what documents say of code, models and measurements: see its help. */
import { fileURLToPath } from "node:url";
import { type HeldContest, standingsTable } from "../bench/peers/standings_table.ts";
import { bottleneckPath, bottleneckPicture } from "../bench/report/bottleneck.ts";
import { readmeBenchTable } from "../bench/report/readme_table.ts";
import { readResult } from "../bench/report/result_file.ts";
import { THEME_NAMES } from "../bench/report/standalone.ts";
import { readInputs } from "../capacity/inputs.ts";
import { modelScaling, scalingPath, scalingPicture } from "../capacity/scaling.ts";
import { capacitySections, thumbnailMs } from "../capacity/studies.ts";
import { type Parsed, runProgram } from "../command/program.ts";
import {
  CHART_ALERTS_PATH,
  chartAlerts,
  prometheusRule,
  RULE_PATH,
} from "../deploy/kubernetes/prometheus_rule.ts";
import { SCHEMA_PATH, valuesSchema } from "../deploy/kubernetes/values_schema.ts";
import { FIELDS } from "../gateway/config/config_fields.ts";
import { listModels, ModelFolder } from "../models/repository/model_folder.ts";
import { digestTable, type ModelEntry, modelTable, replaceSection } from "./doc_tables.ts";
import { referencePages } from "./reference.ts";
import { PROFILE_PATH, seccompProfile } from "./seccomp_profile.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MODELS = `${ROOT}model_repository`;

type GeneratedFile = [path: string, text: string];

async function readModel(name: string): Promise<ModelEntry> {
  const folder = new ModelFolder(MODELS, name);
  const manifest = await folder.manifest();
  // What is exported with weights lies on this machine only.
  if (manifest.weights !== undefined) return { manifest, modelSha256: undefined };
  return { manifest, modelSha256: (await folder.golden()).modelSha256 };
}

async function mainTables(): Promise<Record<string, string>> {
  return {
    bench: readmeBenchTable(await readResult("wan")),
    peers: standingsTable(await readContests()),
  };
}

async function readContests(): Promise<HeldContest[]> {
  return JSON.parse(await Deno.readTextFile(`${ROOT}bench/results/peers.json`)).contests;
}

async function modelTables(): Promise<Record<string, string>> {
  const models = await Promise.all((await listModels(MODELS)).map(readModel));
  return { models: modelTable(models), digests: digestTable(models) };
}

/** A file with its tables as they should be. */
async function updated(path: string, tables: Record<string, string>): Promise<GeneratedFile> {
  let text = await Deno.readTextFile(ROOT + path);
  for (const [name, rows] of Object.entries(tables)) text = replaceSection(text, name, rows);
  return [path, text];
}

/** Every generated file as it should be. */
async function expectedFiles(): Promise<GeneratedFile[]> {
  const [result, inputs] = await Promise.all([readResult("wan"), readInputs()]);
  const scaling = modelScaling(result, thumbnailMs(inputs));
  const alerts = await Deno.readTextFile(`${ROOT}deploy/prometheus/alerts.yml`);
  return [
    await updated("README.md", await mainTables()),
    await updated("model_repository/README.md", await modelTables()),
    await updated("docs/capacity.md", capacitySections(inputs)),
    ...Object.entries(referencePages()),
    [PROFILE_PATH, seccompProfile()],
    [RULE_PATH, prometheusRule(alerts)],
    [CHART_ALERTS_PATH, chartAlerts(alerts)],
    [SCHEMA_PATH, valuesSchema(Object.values(FIELDS))],
    ...THEME_NAMES.flatMap((name): GeneratedFile[] => [
      [bottleneckPath(name), bottleneckPicture(result, name)],
      [scalingPath(name), scalingPicture(scaling, name)],
    ]),
  ];
}

const PROGRAM = {
  help: `Usage: deno task docs [--check]

Writes the pages of docs/reference/ and the seccomp profile of deploy/ from the code, alerts for Prometheus Operator from
those for Prometheus, the schema of the Helm chart's values, tables of model_repository/README.md from manifests and golden
records, and measured ones of README.md and docs/capacity.md, with pictures, from bench/results/ and by capacity/.

  --check  writes nothing; exits 1 where one is out of date: deno task docs:check`,
  options: { check: { type: "boolean", default: false } },
} as const;

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  for (const [path, expected] of await expectedFiles()) {
    if (await Deno.readTextFile(ROOT + path).catch(() => "") === expected) continue;
    if (values.check) {
      console.error(`${path} is out of date: run deno task docs`);
      Deno.exitCode = 1;
    } else await Deno.writeTextFile(ROOT + path, expected);
  }
}

if (import.meta.main) await runProgram(PROGRAM, main);
