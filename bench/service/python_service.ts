/** Sets up and starts the Python service of `app.py`: this comparison alone needs Python. */
import { fileURLToPath } from "node:url";
import { ServerProcess } from "../processes/server_process.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Kept from run to run. */
const FOLDER = `${ROOT}.cache/bench-venv`;
const PYTHONS = ["python3.13", "python3.12", "python3.11", "/usr/bin/python3.11", "python3"];

/** How to run it. */
export interface PythonServiceOptions {
  readonly model: string;
  /** Processes, each with a copy of the model. */
  readonly workers: number;
  readonly report: (text: string) => void;
}

/**
 * Installs what is missing (some 60 MB to fetch, once) and starts the service on a free port.
 *
 * @throws {Error} where there is no Python or no package index.
 */
export async function startPythonService(options: PythonServiceOptions): Promise<ServerProcess> {
  const { model, workers, report } = options;
  const folder = `${ROOT}model_repository/${model}`;
  if (!await exists(`${folder}/1/model.onnx`)) {
    throw new Error(
      `Cannot start the Python service without a model: run deno task model ${model}`,
    );
  }
  const python = await installService(report);
  let url: string | undefined;
  let started = 0;
  return await ServerProcess.start({
    name: "the Python service",
    program: python,
    args: ["-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", "0", "--no-access-log"]
      .concat(["--workers", String(workers)]),
    cwd: HERE,
    env: { MANIFEST: `${folder}/manifest.json`, MODEL: `${folder}/1/model.onnx` },
    readUrl: (line) => {
      url ??= /Uvicorn running on (http:\/\/[\d.:]+)/.exec(line)?.[1];
      if (line.includes("Application startup complete")) started++;
      return started >= workers ? url : undefined;
    },
  });
}

/** Path of a Python with the pinned requirements. */
export async function installService(report: (text: string) => void): Promise<string> {
  const python = `${FOLDER}/bin/python`;
  const requirements = await Deno.readTextFile(`${HERE}requirements.txt`);
  // Written last, so that an installation is whole or not there.
  const marker = `${FOLDER}/installed.txt`;
  if (await Deno.readTextFile(marker).catch(() => "") === requirements) return python;
  report("installing the Python service into .cache/bench-venv");
  await run(await findPython(), ["-m", "venv", "--clear", FOLDER]);
  await run(
    python,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
      .concat(["--requirement", `${HERE}requirements.txt`]),
  );
  await Deno.writeTextFile(marker, requirements);
  return python;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function findPython(): Promise<string> {
  const probe = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
  for (const python of PYTHONS) {
    if (await succeeds(python, ["-c", probe])) return python;
  }
  throw new Error(
    "Cannot set up the Python service as there is no Python 3.11 or newer with venv: " +
      "install it, or name a running service by --service URL",
  );
}

async function run(program: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stdin: "null" }).spawn().status;
  if (!success) throw new Error(`Cannot set up the Python service as ${args.slice(0, 3)} failed`);
}

async function succeeds(program: string, args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}
