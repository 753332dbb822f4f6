/** `photos/main.ts` in a process of its own, which may be killed. */
import { type ProgramResult, type ProgramRun, runKillable } from "../killable_program.ts";

/** What is run. */
export type PhotosRun = Omit<ProgramRun, "program" | "set" | "flags">;

/** How it ended. */
export type PhotosResult = ProgramResult;

/** Those of its task. */
const FLAGS = ["--v8-flags=--max-semi-space-size=8,--heap-growing-percent=50"];

/** Runs it to its end, or until it is killed. */
export async function runPhotos(run: PhotosRun): Promise<PhotosResult> {
  return await runKillable({ program: "photos/main.ts", set: "photos", flags: FLAGS, ...run });
}
