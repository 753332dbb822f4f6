/** The Python that Triton's stub process is linked against. */

/** Debian's and Ubuntu's, then that of the `python:3.11` container images. A pyenv shim would not do: see below. */
const CANDIDATES: readonly string[] = ["/usr/bin/python3.11", "/usr/local/bin/python3.11"];

/**
 * Exits 0 when this Python can do all we need: the stub loads the shared library, not the program, and a virtual
 * environment needs the parts that Debian packs apart.
 */
const PROBE = `
import ctypes, ensurepip, sys, venv
ctypes.CDLL("libpython3.11.so.1.0")
sys.exit(sys.version_info[:2] != (3, 11))
`;

/** Something about this machine has to change first; the message says what. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

/** The machine as far as it matters here. */
export interface Machine {
  readonly os: string;
  readonly arch: string;
  /** Whether the Python at a path passes the probe; `undefined` when there is none. */
  readonly probe: (path: string) => Promise<boolean | undefined>;
}

/** The machine this program runs on. */
const THIS_MACHINE: Machine = { ...Deno.build, probe: probePython };

/**
 * Path of a usable Python 3.11.
 *
 * @throws {SetupError} saying what to do on another platform, or without it.
 */
export async function findPython(machine: Machine = THIS_MACHINE): Promise<string> {
  if (machine.os !== "linux" || machine.arch !== "x86_64") {
    throw new SetupError(
      `Cannot run Triton on ${machine.os} ${machine.arch}: its package is for Linux on x86-64. ` +
        "Use docker compose, or the embedded engine (GATEWAY_ENGINE=embedded), which runs everywhere",
    );
  }
  let incomplete: string | undefined;
  for (const path of CANDIDATES) {
    const usable = await machine.probe(path);
    if (usable) return path;
    if (usable === false) incomplete ??= path;
  }
  const problem = incomplete === undefined
    ? "Python 3.11 is not installed"
    : `${incomplete} lacks its shared library or the venv module`;
  throw new SetupError(
    `Cannot run Triton as ${problem}. On Debian 12 and Ubuntu 22.04, as root:\n` +
      "  apt-get install -y --no-install-recommends python3.11 libpython3.11 python3.11-venv",
  );
}

async function probePython(path: string): Promise<boolean | undefined> {
  try {
    const { success } = await new Deno.Command(path, {
      args: ["-c", PROBE],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
