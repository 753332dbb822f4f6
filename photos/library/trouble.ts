/** What SQLite fails with, as a person is told. */

const DAMAGED = "rename it and scan again, which embeds again, too";

/** By SQLite's primary result codes and the texts of them (sqlite.org/rescode.html): what `exec()` throws has the text alone. */
const TROUBLES: readonly (readonly [code: number, text: string, sentence: string])[] = [
  [5, "database is locked", "another program has been writing to it for too long: run again"],
  [
    8,
    "attempt to write a readonly database",
    "it may not be written: --library PATH puts it elsewhere",
  ],
  [10, "disk I/O error", "its disk fails to read or write it: what was written before is kept"],
  [
    ...[11, "database disk image is malformed"] as const,
    `it is damaged: \`sqlite3 photos.sqlite .recover\` saves what can be read; or ${DAMAGED}`,
  ],
  [
    13,
    "database or disk is full",
    "its disk is full: what was written before is kept; make room and run again",
  ],
  [14, "unable to open database", "it cannot be opened or made: --library PATH puts it elsewhere"],
  [26, "file is not a database", `it is damaged, or no library: ${DAMAGED}`],
];

/** The sentence for an error of SQLite, or of the file system around it; other errors as they are. */
export function inWords(error: unknown, folder: string): unknown {
  const reason = troubleOf(error);
  return reason === undefined
    ? error
    : new Error(`Cannot use the library in ${folder}: ${reason}`, { cause: error });
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why the library cannot be used, where that is why. */
export function troubleOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errcode } = error as { errcode?: number };
  return TROUBLES.find(([code, text]) =>
    // The rest of an extended code says more than a person can use.
    errcode === undefined ? error.message.startsWith(text) : (errcode & 0xff) === code
  )?.[2];
}

/** An error as SQLite throws it, of what it found damaged and does not throw for. */
export class DamageError extends Error {
  readonly errcode = 11;
}
