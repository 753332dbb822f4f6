/** Folders that last as long as a process. */
import { TRITON_CACHE } from "./installation.ts";
import { SetupError } from "./python.ts";

/** Kind, process id and a random part. */
const NAME = /^[a-z]+_(\d+)_/;

/**
 * Triton gives its Python backend's paths to a shell as they are.
 *
 * @throws {SetupError} when one of them has blanks, or anything else that a shell would take apart.
 */
export function assertPlainPath(path: string): void {
  if (/^[\w./+@:,=-]+$/.test(path)) return;
  throw new SetupError(
    `Cannot run Triton with ${path}, as its Python backend takes no path with blanks, quotes and the like: ` +
      "move or rename the folder that has them in its name",
  );
}

/**
 * Makes a folder in Triton's cache, after removing what processes left there that were killed.
 *
 * @returns Its absolute path.
 */
export async function makeRunFolder(kind: string, cache: string = TRITON_CACHE): Promise<string> {
  await Deno.mkdir(cache, { recursive: true });
  for await (const { name } of Deno.readDir(cache)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || await isAlive(pid)) continue;
    // Somebody else may be at it, too.
    await Deno.remove(`${cache}/${name}`, { recursive: true }).catch(() => {});
  }
  return await Deno.makeTempDir({ dir: cache, prefix: `${kind}_${Deno.pid}_` });
}

async function isAlive(pid: string): Promise<boolean> {
  return await Deno.stat(`/proc/${pid}`).then(() => true, () => false);
}
