/** The command line of `deno task model`. */
import { parseArgs } from "node:util";
import type { ServingSpec } from "../contract/manifest.ts";

const DEFAULT_MODEL = "dct_512";
const DEFAULT_REPOSITORY = "model_repository";

const OPTIONS = {
  batching: { type: "string" },
  check: { type: "boolean", default: false },
  "config-only": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  repository: { type: "string", default: DEFAULT_REPOSITORY },
  weights: { type: "string" },
} as const;

/** What the command line asks for. */
export interface Command {
  /** Takes the place of the manifest's batching, unless that is none. */
  readonly batching: Exclude<ServingSpec["batching"], "none"> | undefined;
  readonly check: boolean;
  /** Whether to write `config.pbtxt` and leave the rest alone. */
  readonly configOnly: boolean;
  readonly help: boolean;
  readonly repository: string;
  /** Path of a checkpoint. */
  readonly weights: string | undefined;
  /** Names of models; nothing stands for all of the repository. */
  readonly models: readonly string[] | undefined;
}

/** The command line's meaning, or why it has none. */
export function parseCommand(args: string[]): Command | TypeError {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const { batching, check, "config-only": configOnly, help, repository, weights } = values;
    if (batching !== undefined && batching !== "latency" && batching !== "throughput") {
      return new TypeError(
        `Cannot batch as asked: --batching must be latency or throughput: current value is ${batching}`,
      );
    }
    const models = positionals.length > 0 ? positionals : check ? undefined : [DEFAULT_MODEL];
    return { batching, check, configOnly, help, repository, weights, models };
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

/** The text of `--help`, but for the models there are. */
export const HELP =
  `Writes a model's ONNX file, config.pbtxt and golden.json from its manifest.json.

deno task model [MODEL…] [--weights FILE] [--batching PROFILE] [--repository DIR]
                         [--config-only | --check]

  MODEL               which models (default ${DEFAULT_MODEL}, for --check all)
  --weights FILE      a checkpoint on disk, in place of a download to .cache/weights
  --batching PROFILE  latency or throughput, in place of the manifest's
  --config-only       write config.pbtxt alone, for which no weights are needed
  --repository DIR    folder with a folder a model (default ${DEFAULT_REPOSITORY}); a manifest that
                      another one lacks is copied from there
  --check             change nothing; exit 1 if config.pbtxt or golden.json is out of date:
                      deno task model:check
  --help              this text

Weights come from https://huggingface.co, or from the mirror that HF_ENDPOINT names. A download that
was interrupted goes on where it stopped.`;
