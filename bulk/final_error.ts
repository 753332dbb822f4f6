/** What would end the same way however often it is tried: no Job needs to repeat it. */
export class FinalError extends Error {
  override readonly name = "FinalError";
}

/** A path that leads nowhere, or where nobody may go. What else a disk says may pass. */
const PATH_ERRORS = [
  Deno.errors.NotFound,
  Deno.errors.PermissionDenied,
  Deno.errors.NotCapable,
  Deno.errors.NotADirectory,
  Deno.errors.IsADirectory,
];

/** Waits, and takes a path that is wrong for final. @throws {FinalError} or what else it is. */
export async function withPaths<Result>(promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    if (!PATH_ERRORS.some((kind) => error instanceof kind)) throw error;
    throw new FinalError((error as Error).message, { cause: error });
  }
}
