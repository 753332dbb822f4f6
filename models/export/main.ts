// deno-lint-ignore-file no-console
/** `deno task model`: writes what Triton and the embedded engine serve. */
import { plainMessage } from "../../command/plain_message.ts";
import {
  findModel,
  ModelNotFoundError,
  modelsOf,
  someModelsOf,
  unknownModel,
} from "../repository/find_model.ts";
import type { ModelFolder } from "../repository/model_folder.ts";
import { writeFileAtomically } from "../weights/atomic_file.ts";
import { DEFAULT_HUB } from "../weights/hub.ts";
import { Progress } from "../weights/progress.ts";
import { type Command, HELP, type HubModelName, parseCommand } from "./command.ts";
import { configPbtxt } from "./config_pbtxt.ts";
import { exportModel, whatToMake, withBatching } from "./export_model.ts";
import { weightlessGolden } from "./export_run.ts";
import { makeHubModels } from "./hub_model.ts";
import { describeModels, formatModels } from "./model_list.ts";
import { beginModel } from "./own_manifests.ts";
import { findStaleFiles } from "./stale_files.ts";
import type { Workplace } from "./workplace.ts";

/** Requests in a row that bring nothing new: about a minute of them. */
const FAILURES_MAX = 6;
const STALL_MS_MAX = 60_000;

/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64;

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(args: string[]): Promise<number> {
  const command = parseCommand(args);
  if (command instanceof TypeError) {
    console.error(`${command.message}\nTry --help`);
    return EXIT_USAGE;
  }
  try {
    if (command.action === "help") {
      console.log(`${HELP}\n\n${await describeRepository(command.repository)}`);
      return 0;
    }
    const workplace = createWorkplace(command);
    if (command.action === "list") return await list(command, workplace);
    return await workAll(command, workplace);
  } catch (error) {
    if (!(error instanceof ModelNotFoundError)) throw error;
    console.error(plainMessage(error));
    return EXIT_USAGE;
  }
}

function createWorkplace({ repository }: Command): Workplace {
  const encoder = new TextEncoder();
  return {
    repository,
    cache: ".cache/weights",
    endpoint: Deno.env.get("HF_ENDPOINT") || DEFAULT_HUB,
    failuresMax: FAILURES_MAX,
    stallMsMax: STALL_MS_MAX,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    say: (line) => console.log(line),
    warn: (line) => console.error(line),
    progress: (label) =>
      new Progress({
        label,
        write: (text) => Deno.stderr.writeSync(encoder.encode(text)),
        isTerminal: Deno.stderr.isTerminal(),
        now: () => performance.now(),
      }),
  };
}

/** A line of the help. */
async function describeRepository(repository: string): Promise<string> {
  try {
    return `Models in ${repository}: ${(await modelsOf(repository)).join(", ")}`;
  } catch (error) {
    if (error instanceof ModelNotFoundError) return error.message;
    throw error;
  }
}

async function list(command: Command, workplace: Workplace): Promise<number> {
  const { repository } = workplace;
  const names = await modelsOf(repository);
  const wanted = command.models ?? names;
  const unknown = wanted.find((name) => !names.includes(String(name)));
  if (unknown !== undefined) throw unknownModel(repository, String(unknown), names);
  const rows = await describeModels(names.filter((name) => wanted.includes(name)), workplace);
  console.log(command.isJson ? JSON.stringify(rows, null, 2) : formatModels(rows));
  return 0;
}

/** All of them are looked for before any work begins. */
async function workAll(command: Command, workplace: Workplace): Promise<number> {
  const models = command.models ?? await someModelsOf(command.repository);
  const jobs = await Promise.all(
    models.map((model) => typeof model === "string" ? find(model, command) : model),
  );
  let exitCode = 0;
  for (const job of jobs) exitCode = Math.max(exitCode, await work(job, command, workplace));
  return exitCode;
}

/** A model of this project is begun in a repository elsewhere. */
async function find(name: string, { action, repository, version }: Command): Promise<ModelFolder> {
  if (action === "check") return await findModel(repository, name, version);
  const { folder, isNew } = await beginModel(repository, name, version);
  if (isNew) console.log(`${folder.pathOf("manifest.json")}, a copy of this project's`);
  return folder;
}

async function work(
  job: ModelFolder | HubModelName,
  command: Command,
  workplace: Workplace,
): Promise<number> {
  try {
    if ("repo" in job) await makeHubModels(job, command, workplace);
    else if (command.action === "check") return await check(job, command);
    else if (command.action === "config") await writeConfig(job, command);
    else await exportModel({ folder: job, manifest: await job.manifest(), command }, workplace);
    return 0;
  } catch (error) {
    // A TypeError is a mistake in the program, which needs its stack.
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    console.error(plainMessage(error));
    return 1;
  }
}

async function writeConfig(folder: ModelFolder, command: Command): Promise<void> {
  const path = folder.pathOf("config.pbtxt");
  const config = configPbtxt(withBatching(await folder.manifest(), command));
  await writeFileAtomically(path, new TextEncoder().encode(config));
  console.log(path);
}

async function check(folder: ModelFolder, command: Command): Promise<number> {
  const manifest = withBatching(await folder.manifest(), command);
  const config = configPbtxt(manifest);
  let golden;
  if (manifest.weights === undefined) {
    const { repository } = command;
    golden = await weightlessGolden(
      await whatToMake(manifest, { repository, vocabulary: undefined }),
    );
  }
  const stale = await findStaleFiles(folder, { config, golden });
  for (const file of stale) {
    console.log(`${folder.pathOf(file)} is out of date: run deno task model ${folder.name}`);
  }
  console.log(`${folder.name}: ${stale.length} files out of date`);
  return stale.length === 0 ? 0 : 1;
}
