/** Starts the Python services beside this file, several processes of one. */
import { fileURLToPath } from "node:url";
import { ServerProcess } from "../processes/server_process.ts";
import {
  installPython,
  ONNX_ENVIRONMENT,
  SERVICE_FOLDER,
  TORCH_ENVIRONMENT,
} from "./python_environment.ts";

const REPOSITORY = fileURLToPath(new URL("../../model_repository", import.meta.url));
/** PyTorch takes its time to load. */
const START_TIMEOUT_MS = 120_000;

/** What computes the embeddings in a service. */
export type PythonEngine =
  /** onnxruntime, with a model of the repository. */
  | { readonly kind: "onnx"; readonly model: string }
  /** Nothing worth the name: numpy takes 512 numbers of the input, so that all the rest shows. */
  | { readonly kind: "trivial"; readonly model: string }
  /** open_clip's ViT-B-32 in PyTorch, with weights of a file. */
  | { readonly kind: "torch"; readonly weights: string };

/** How to run it. */
export interface PythonServiceOptions {
  readonly engine: PythonEngine;
  /** Processes, each with a copy of the model. */
  readonly workers: number;
  /** Python with the requirements of the engine; absent makes an environment. */
  readonly python?: string | undefined;
  readonly report: (text: string) => void;
}

/**
 * Installs what is missing and starts a service on a free port.
 *
 * @throws {Error} where there is no Python, no package index or no model.
 */
export async function startPythonService(options: PythonServiceOptions): Promise<ServerProcess> {
  const { engine, workers, report } = options;
  const env = await environmentOf(engine);
  const environment = engine.kind === "torch" ? TORCH_ENVIRONMENT : ONNX_ENVIRONMENT;
  const python = options.python ?? await installPython(environment, report);
  const app = engine.kind === "torch" ? "torch_app:app" : "onnx_app:app";
  let url: string | undefined;
  let started = 0;
  return await ServerProcess.start({
    name: "the Python service",
    program: python,
    args: ["-m", "uvicorn", app, "--host", "127.0.0.1", "--port", "0", "--no-access-log"]
      .concat(["--workers", String(workers)]),
    cwd: SERVICE_FOLDER,
    env,
    startTimeoutMs: START_TIMEOUT_MS,
    readUrl: (line) => {
      url ??= /Uvicorn running on (http:\/\/[\d.:]+)/.exec(line)?.[1];
      if (line.includes("Application startup complete")) started++;
      return started >= workers ? url : undefined;
    },
  });
}

async function environmentOf(engine: PythonEngine): Promise<Record<string, string>> {
  if (engine.kind === "torch") return { WEIGHTS: engine.weights, PYTHONDONTWRITEBYTECODE: "1" };
  const folder = `${REPOSITORY}/${engine.model}`;
  const model = engine.kind === "onnx" ? `${folder}/1/model.onnx` : "";
  if (model !== "" && !await Deno.stat(model).then(() => true, () => false)) {
    throw new Error(
      `Cannot start the Python service without a model: run deno task model ${engine.model}`,
    );
  }
  return { MANIFEST: `${folder}/manifest.json`, MODEL: model, PYTHONDONTWRITEBYTECODE: "1" };
}
