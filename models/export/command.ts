/** The command line of `deno task model`. */
import { parseArgs } from "node:util";
import type { ServingSpec } from "../contract/manifest.ts";
import { isVersion } from "../repository/model_folder.ts";

const DEFAULT_MODEL = "dct_512";
const DEFAULT_REPOSITORY = "model_repository";
/** The branch that hubs give unless asked for another. */
const DEFAULT_REVISION = "main";
/** As open_clip writes it. */
const HUB_PREFIX = "hf-hub:";

const OPTIONS = {
  batching: { type: "string" },
  check: { type: "boolean", default: false },
  "config-only": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  json: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  "model-version": { type: "string" },
  name: { type: "string" },
  repository: { type: "string", default: DEFAULT_REPOSITORY },
  revision: { type: "string" },
  vocabulary: { type: "string" },
  weights: { type: "string" },
} as const;

/** What to do. */
type Action = "export" | "config" | "check" | "list" | "help";

/** A model of a hub, which has no manifest yet. */
export interface HubModelName {
  /** `owner/name`. */
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** What its models are to be called. */
  readonly name: string | undefined;
}

/** What the command line asks for. */
export interface Command {
  readonly action: Action;
  readonly repository: string;
  /** Takes the place of the manifest's batching, unless that is none. */
  readonly batching: Exclude<ServingSpec["batching"], "none"> | undefined;
  /** Whether the list is to be JSON. */
  readonly isJson: boolean;
  /** Which version of the model is meant, in place of the first. */
  readonly version: string | undefined;
  /** Path of a checkpoint. */
  readonly weights: string | undefined;
  /** Path of a text model's vocabulary. */
  readonly vocabulary: string | undefined;
  /** Names of models, and models of a hub; nothing stands for all of the repository. */
  readonly models: readonly (string | HubModelName)[] | undefined;
}

/** The command line's meaning, or why it has none. */
export function parseCommand(args: string[]): Command | TypeError {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const { repository, json: isJson, weights, vocabulary } = values;
    const action = parseAction(values);
    return {
      action,
      repository,
      batching: parseBatching(values.batching),
      isJson,
      version: parseVersion(values["model-version"]),
      weights,
      vocabulary,
      models: parseModels(positionals, { ...values, action }),
    };
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

function parseAction({ check, help, list, json, "config-only": configOnly }: Values): Action {
  if (help) return "help";
  const chosen = ([["check", check], ["config", configOnly], ["list", list]] as const)
    .filter(([, isChosen]) => isChosen).map(([action]) => action);
  if (chosen.length > 1) {
    throw new TypeError("Cannot do all at once: choose one of --check, --config-only and --list");
  }
  if (json && !list) throw new TypeError("Cannot write JSON but for --list");
  return chosen[0] ?? "export";
}

function parseBatching(batching: string | undefined): Command["batching"] {
  if (batching === undefined || batching === "latency" || batching === "throughput") {
    return batching;
  }
  throw new TypeError(
    `Cannot batch as asked: --batching must be latency or throughput: current value is ${batching}`,
  );
}

function parseVersion(version: string | undefined): string | undefined {
  if (version === undefined || isVersion(version)) return version;
  throw new TypeError(
    `Cannot make that version: --model-version must be a number from 1 on: current value is ${version}`,
  );
}

function parseModels(
  positionals: readonly string[],
  { action, name, revision }: Values & { readonly action: Action },
): Command["models"] {
  const models = positionals.map((text) => parseModel(text, { name, revision }));
  const ofHub = models.filter((model) => typeof model !== "string").length;
  if (ofHub > 0 && action !== "export" && action !== "help") {
    throw new TypeError(`Cannot do that with ${HUB_PREFIX}…: name models of the repository`);
  }
  if (name !== undefined && (ofHub !== 1 || models.length !== 1)) {
    throw new TypeError(`Cannot use --name but for one ${HUB_PREFIX}OWNER/NAME`);
  }
  if (revision !== undefined && (ofHub !== 1 || models.length !== 1)) {
    throw new TypeError(`Cannot use --revision but for one ${HUB_PREFIX}OWNER/NAME`);
  }
  if (models.length > 0) return models;
  return action === "check" || action === "list" ? undefined : [DEFAULT_MODEL];
}

function parseModel(
  text: string,
  { name, revision = DEFAULT_REVISION }: {
    readonly name: string | undefined;
    readonly revision: string | undefined;
  },
): string | HubModelName {
  if (!text.startsWith(HUB_PREFIX)) return text;
  const repo = text.slice(HUB_PREFIX.length);
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(repo)) {
    throw new TypeError(
      `Cannot find that model: a hub's is ${HUB_PREFIX}OWNER/NAME: current value is ${text}`,
    );
  }
  if (!/^[\w-][\w.-]*$/.test(revision)) {
    throw new TypeError(
      `Cannot use that revision: --revision must be a branch, tag or commit: current value is ${revision}`,
    );
  }
  return { repo, revision, name };
}

/** The text of `--help`, but for the models there are. */
export const HELP =
  `Writes a model's ONNX file, config.pbtxt and golden.json from its manifest.json.

deno task model [MODEL…] [--weights FILE] [--vocabulary FILE] [--batching PROFILE]
                         [--model-version N] [--repository DIR] [--config-only | --check]
deno task model ${HUB_PREFIX}OWNER/NAME [--name NAME] [--revision REVISION] […]
deno task model --list [--json]

  MODEL                which models (default ${DEFAULT_MODEL}, for --check all)
  ${HUB_PREFIX}OWNER/NAME    any model of open_clip on the hub: writes the manifests of its image and
                       its text tower from open_clip_config.json, then makes both models
  --name NAME          what the image model is called (default: by the hub's name); the text
                       model has _text behind it
  --revision REVISION  branch, tag or commit on the hub (default ${DEFAULT_REVISION}); the manifests pin the commit
  --weights FILE       a checkpoint on disk, in place of a download to .cache/weights
  --vocabulary FILE    a text model's merges.txt on disk, in place of a download
  --batching PROFILE   latency or throughput, in place of the manifest's
  --model-version N    makes MODEL/N/model.onnx beside version 1; with ${HUB_PREFIX}… and --name MODEL
                       a version may have other weights
  --config-only        write config.pbtxt alone, for which no weights are needed
  --repository DIR     folder with a folder a model (default ${DEFAULT_REPOSITORY}); a manifest that
                       another one lacks is copied from there
  --check              change nothing; exit 1 if config.pbtxt or golden.json is out of date:
                       deno task model:check
  --list               what the repository has: versions made, embedding spaces, sizes
  --help               this text

Vectors may be compared within an embedding space only. What is not supported of a model of the hub
is refused by name; if it has one tower that is supported, that one is made, and the exit code is 0.

Weights come from https://huggingface.co, or from the mirror that HF_ENDPOINT names. A download that
was interrupted goes on where it stopped.`;
