/** Python environments under .cache/, made once and kept from run to run: the comparisons alone need Python. */
import { fileURLToPath } from "node:url";

/** Folder of the services and their requirements. */
export const SERVICE_FOLDER: string = fileURLToPath(new URL(".", import.meta.url));

const CACHE = fileURLToPath(new URL("../../.cache/", import.meta.url));
const PYTHONS = ["python3.13", "python3.12", "python3.11", "/usr/bin/python3.11", "python3"];

/** A virtual environment: its folder in .cache/, and the file of pinned requirements. */
export interface PythonEnvironment {
  readonly name: string;
  readonly requirements: string;
}

/** FastAPI, Pillow, numpy and ONNX Runtime: some 60 MB to fetch. */
export const ONNX_ENVIRONMENT: PythonEnvironment = {
  name: "bench-venv",
  requirements: "requirements.txt",
};

/** The same with PyTorch and open_clip: from the package index that means CUDA's libraries too, 5.7 GB on disk. */
export const TORCH_ENVIRONMENT: PythonEnvironment = {
  name: "bench-venv-torch",
  requirements: "requirements_torch.txt",
};

/**
 * Makes an environment where it is missing.
 *
 * @returns Path of its Python.
 * @throws {Error} where there is no Python or no package index.
 */
export async function installPython(
  environment: PythonEnvironment,
  report: (text: string) => void,
): Promise<string> {
  const folder = `${CACHE}${environment.name}`;
  const python = `${folder}/bin/python`;
  const file = `${SERVICE_FOLDER}${environment.requirements}`;
  const requirements = await Deno.readTextFile(file);
  // Written last, so that an installation is whole or not there.
  const marker = `${folder}/installed.txt`;
  if (await Deno.readTextFile(marker).catch(() => "") === requirements) return python;
  report(`installing ${environment.requirements} into .cache/${environment.name}`);
  await run(await findPython(), ["-m", "venv", "--clear", folder]);
  await run(
    python,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
      .concat(["--requirement", file]),
  );
  await Deno.writeTextFile(marker, requirements);
  return python;
}

async function findPython(): Promise<string> {
  const probe = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
  for (const python of PYTHONS) {
    const command = new Deno.Command(python, {
      args: ["-c", probe],
      stdout: "null",
      stderr: "null",
    });
    if (await command.output().then(({ success }) => success, () => false)) return python;
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
