/** Moves a file, so that it is whole in one of both places whatever happens. */
import { dirname } from "node:path";

/** How files are moved: by the system, unless a test says otherwise. */
export type Rename = (from: string, to: string) => Promise<void>;

/** SHA-256 of a file, in hex, and its size. @throws {Error} as reading it does. */
export async function digestOf(
  path: string,
): Promise<{ readonly digest: string; readonly bytes: number }> {
  const content = await Deno.readFile(path);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return { digest: digest.toHex(), bytes: content.length };
}

/** What is moved. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** SHA-256 of the file, in hex. */
  readonly digest: string;
}

/**
 * Moves a file to where none is; from one disk to another it is copied, and goes from the first one when the copy is on
 * the second and has the same digest.
 *
 * @throws {Error} when something is there already, or the copy is another one; `from` is still there then.
 */
export async function moveFile(
  { from, to, digest }: Move,
  rename: Rename = Deno.rename,
): Promise<void> {
  if (await isThere(to)) throw new Deno.errors.AlreadyExists(`There is a file already: ${to}`);
  await Deno.mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if (!isOtherDisk(error)) throw error;
    await copyAcross({ from, to, digest });
  }
}

async function copyAcross({ from, to, digest }: Move): Promise<void> {
  const part = `${to}.part`;
  try {
    await Deno.copyFile(from, part);
    const { mtime } = await Deno.stat(from);
    using file = await Deno.open(part, { read: true, write: true });
    if (mtime !== null) await file.utime(mtime, mtime);
    await file.sync();
    if ((await digestOf(part)).digest !== digest) throw new Error("Its copy is not the same");
    await Deno.rename(part, to);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
  await Deno.remove(from);
}

function isOtherDisk(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EXDEV";
}

/** Whether there is anything at a path, be it a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
