/** Programs of PyPI, installed once into the repository's cache; the project itself has none of them. */
import { fileURLToPath } from "node:url";
import { sha256 } from "./digest.ts";
import { exists } from "./exists.ts";

/** Installs in seconds what takes pip a minute. */
const UV = "uv==0.13.9";

/**
 * Installs what a file of pinned requirements names, unless that was done before.
 *
 * @param name Of its folder in the cache.
 * @returns The folder of its programs, `python` among them.
 * @throws {Error} when a package cannot be fetched, or Python 3.11 is missing.
 */
export async function pythonEnvironment(name: string, requirements: URL): Promise<string> {
  const digest = sha256(await Deno.readFile(requirements)).slice(0, 12);
  const venv = fileURLToPath(new URL(`../.cache/${name}/${digest}`, import.meta.url));
  const programs = `${venv}/bin`;
  if (await exists(`${venv}/done`)) return programs;
  await Deno.remove(venv, { recursive: true }).catch(() => {});
  const python = `${programs}/python`;
  await install("python3.11", ["-m", "venv", venv]);
  await install(python, ["-m", "pip", "install", "--quiet", UV]);
  const file = fileURLToPath(requirements);
  await install(python, ["-m", "uv", "pip", "install", "-q", "--python", python, "-r", file]);
  await Deno.writeTextFile(`${venv}/done`, "");
  return programs;
}

async function install(program: string, args: readonly string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    env: { PIP_DISABLE_PIP_VERSION_CHECK: "1" },
  }).output();
  if (success) return;
  const log = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  throw new Error(`Cannot install as ${program} ${args.join(" ")} failed: ${log}`);
}
