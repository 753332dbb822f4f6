/** Regions that processes left behind which had no chance to remove them. */
import type { CallLimits, TritonClient } from "./client.ts";
import { type PosixShm, ShmError } from "./posix_shm.ts";
import { regionNamePattern } from "./shared_memory.ts";

/** The one thing that is listed here without libc: needs `--allow-read=/dev/shm`. */
const SHM_FOLDER = "/dev/shm";

/**
 * Removes regions of this prefix whose process is dead: a live one holds a lock on its region. Unlike a process id,
 * the lock can be asked about from another container that shares this /dev/shm, and is never reused.
 *
 * @returns The names of those removed.
 */
export function removeStaleRegions(shm: PosixShm, prefix: string): string[] {
  const pattern = regionNamePattern(prefix);
  return [...Deno.readDirSync(SHM_FOLDER)]
    .map(({ name }) => name)
    .filter((name) => pattern.test(name) && removeIfStale(shm, name));
}

/**
 * Has Triton forget regions that were removed; until it does, it keeps their memory.
 *
 * @throws {TritonError} when Triton does not answer.
 */
export async function unregisterRegions(
  client: TritonClient,
  names: readonly string[],
  limits: CallLimits,
): Promise<void> {
  for (const name of names) await client.unregisterMemory(name, limits);
}

function removeIfStale(shm: PosixShm, name: string): boolean {
  let fd: number;
  try {
    fd = shm.open(name);
  } catch (error) {
    // Another user's, or removed since it was listed.
    if (error instanceof ShmError) return false;
    throw error;
  }
  try {
    if (!shm.tryLock(fd)) return false;
    shm.unlink(name);
    return true;
  } finally {
    shm.close(fd);
  }
}
