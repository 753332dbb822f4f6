/** A library of small files, in a folder of its own, and what was decided of them. */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { Library } from "../photos/library/library.ts";
import type { Choice } from "../photos/library/decision_table.ts";
import { temporaryFolder } from "./models/temporary_folder.ts";

/** The library, and what a test does to its files. */
export interface DecidedLibrary extends AsyncDisposable {
  readonly library: Library;
  /** Of the files. */
  readonly path: string;
  /** Of the library. */
  readonly folder: string;
  /** Decides of a file, seen among others. */
  decide(path: string, choice: Choice, group?: readonly string[]): void;
  /** Files that are there, with their text, the library's own left out. */
  files(): Promise<Readonly<Record<string, string>>>;
}

/** Makes files of a text each, which the library knows as a scan would have found them. */
export async function decidedLibrary(
  texts: Readonly<Record<string, string>>,
): Promise<DecidedLibrary> {
  const stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryFolder());
  const folder = `${path}/.photos`;
  const library = stack.use(Library.open(folder));
  const digests = new Map<string, Uint8Array>();
  for (const [name, text] of Object.entries(texts)) {
    const digest = new Uint8Array(createHash("sha256").update(text).digest());
    digests.set(name, digest);
    await Deno.mkdir(dirname(`${path}/${name}`), { recursive: true });
    await Deno.writeTextFile(`${path}/${name}`, text);
    const nothing = {
      ...{ format: undefined, width: undefined, height: undefined },
      ...{ takenAt: undefined, camera: undefined, problem: undefined },
    };
    library.photos.put({ path: name, bytes: text.length, mtimeMs: 0, digest, ...nothing }, 1);
  }
  return {
    library,
    path,
    folder,
    decide: (name, choice, group) =>
      library.decisions.put({ path: name, digest: digests.get(name) as Uint8Array, choice, group }),
    files: () => filesBelow(path),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function filesBelow(root: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${root}/${below}`)) {
    if (name === ".photos") continue;
    const path = `${below}${name}`;
    if (isDirectory) Object.assign(found, await filesBelow(root, `${path}/`));
    else found[path] = await Deno.readTextFile(`${root}/${path}`);
  }
  return found;
}
