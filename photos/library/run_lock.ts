/** One run at a time scans or embeds a library: two would read and embed everything twice. */
import { join } from "node:path";

const LOCK_FILE = "lock";

/**
 * Takes a library's lock, until it is disposed of. It is the operating system's, so that a run that was killed holds none.
 *
 * @param work What the run does, in the words that another one is told.
 * @throws {Error} that says who has it.
 */
export function lockRun(folder: string, work: string): Disposable {
  const file = Deno.openSync(join(folder, LOCK_FILE), { read: true, write: true, create: true });
  try {
    if (!takes(file)) {
      throw new Error(`Another run is at work on the library in ${folder}${holderOf(file)}`);
    }
    const holder = { work, pid: Deno.pid, since: new Date().toISOString() };
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(JSON.stringify(holder)));
    return { [Symbol.dispose]: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

function takes(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch {
    // A file system without locks: two runs do no harm there, but work twice.
    return true;
  }
}

/** Who wrote its name there; Windows lets nobody read it. */
function holderOf(file: Deno.FsFile): string {
  try {
    const bytes = new Uint8Array(1024);
    const length = file.readSync(bytes) ?? 0;
    const { work, pid, since } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, length)));
    return `: ${work}, process ${pid}, since ${since}`;
  } catch {
    return "";
  }
}
