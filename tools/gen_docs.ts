// deno-lint-ignore-file no-console
/**
 * `deno task docs`: writes the pages of docs/reference/ from the code, tables of model_repository/README.md from
 * manifests and golden records, and measured ones of README.md and docs/capacity.md, with a picture, from bench/results/.
 *
 * `--check` writes nothing and exits 1 if they are out of date.
 */
import { fileURLToPath } from "node:url";
import { type HeldContest, standingsTable } from "../bench/peers/standings_table.ts";
import { bottleneckPath, bottleneckPicture, THEME_NAMES } from "../bench/report/bottleneck.ts";
import { capacityTable } from "../bench/report/capacity.ts";
import { readmeBenchTable } from "../bench/report/readme_table.ts";
import { readResult } from "../bench/report/result_file.ts";
import { listModels, ModelFolder } from "../models/repository/model_folder.ts";
import { digestTable, type ModelEntry, modelTable, replaceSection } from "./doc_tables.ts";
import { referencePages } from "./reference.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MODELS = `${ROOT}model_repository`;

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

async function capacityTables(): Promise<Record<string, string>> {
  return { capacity: capacityTable((await readResult("wan")).photoSizes) };
}

async function modelTables(): Promise<Record<string, string>> {
  const models = await Promise.all((await listModels(MODELS)).map(readModel));
  return { models: modelTable(models), digests: digestTable(models) };
}

/** Brings a file's tables up to date, or says that they are not. */
async function update(path: string, tables: Record<string, string>): Promise<void> {
  const document = await Deno.readTextFile(ROOT + path);
  await write(
    path,
    Object.entries(tables).reduce(
      (text, [name, rows]) => replaceSection(text, name, rows),
      document,
    ),
  );
}

async function write(path: string, expected: string): Promise<void> {
  const current = await Deno.readTextFile(ROOT + path).catch(() => "");
  if (current === expected) return;
  if (!Deno.args.includes("--check")) return await Deno.writeTextFile(ROOT + path, expected);
  console.error(`${path} is out of date: run deno task docs`);
  Deno.exitCode = 1;
}

if (import.meta.main) {
  await update("README.md", await mainTables());
  await update("model_repository/README.md", await modelTables());
  await update("docs/capacity.md", await capacityTables());
  for (const [path, page] of Object.entries(referencePages())) await write(path, page);
  const result = await readResult("wan");
  for (const theme of THEME_NAMES) {
    await write(bottleneckPath(theme), bottleneckPicture(result, theme));
  }
}
