/** `deno task photos` as a person types it, in a folder of their own photos. */
import { runTask } from "./task.ts";
import { temporaryFolder } from "./models/temporary_folder.ts";

/** Sample photos of `testing/photos`, by their names. */
const SAMPLES = new URL("./photos/", import.meta.url);

/** A folder of photos, and the task in it. */
export interface PhotosTrial extends AsyncDisposable {
  readonly path: string;
  /** Types a command line, `.` being the folder. */
  run(
    ...args: string[]
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
}

/** Makes a folder with some of the samples. */
export async function photosTrial(...samples: readonly string[]): Promise<PhotosTrial> {
  const folder = await temporaryFolder();
  for (const name of samples) await Deno.copyFile(new URL(name, SAMPLES), `${folder.path}/${name}`);
  return {
    path: folder.path,
    run: async (...args) => {
      const { code, stdout, stderr } = await runTask("photos", args, { cwd: folder.path });
      return { code, out: stdout, err: stderr };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
