/** Which of the photos that are marked may go. */
import type { Decision } from "../library/decision_table.ts";
import type { Library } from "../library/library.ts";
import { messageOf } from "../library/trouble.ts";
import { digestOf } from "./move_file.ts";

/** A photo that may go. */
export interface PlannedMove {
  /** As stored. */
  readonly path: string;
  /** Absolute. */
  readonly from: string;
  /** SHA-256, in hex. */
  readonly digest: string;
  readonly bytes: number;
}

/** What will be done, and what will not. */
export interface TrashPlan {
  readonly moves: readonly PlannedMove[];
  /** Photos that stay for now, and why. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
  /** Stored paths of photos that are marked and not there any more. */
  readonly gone: readonly string[];
}

/**
 * Looks at every photo that is marked trash. One may go when its bytes are those that were decided on, and when of the
 * photos that it was seen among at least one stays: one that is not marked trash itself and is as it was scanned.
 */
export async function planTrash(library: Library, signal?: AbortSignal): Promise<TrashPlan> {
  const marked = library.decisions.all().filter(({ choice }) => choice === "trash");
  const digests = new Map(
    [...library.photos.all()].map(({ path, digest }) => [path, digest.toHex()]),
  );
  const stayers = new Stayers(library, digests, new Set(marked.map(({ path }) => path)));
  const moves: PlannedMove[] = [];
  const refused: { path: string; reason: string }[] = [];
  const gone: string[] = [];
  for (const decision of marked) {
    signal?.throwIfAborted();
    const { path } = decision;
    const found = await lookAt(library.absolute(path), decision.digest.toHex());
    if (found === "gone") gone.push(path);
    else if (typeof found === "string") refused.push({ path, reason: found });
    else {
      const reason = await stayers.whyNone(decision, found.identity);
      if (reason !== undefined) refused.push({ path, reason });
      else {
        const { digest, bytes } = found;
        moves.push({ path, from: library.absolute(path), digest, bytes });
      }
    }
  }
  return { moves, refused, gone };
}

/**
 * Why a photo of a plan must not go any more; `undefined` where it may. Someone may have decided otherwise since, or have
 * taken away what would stay. Reads no file: what the plan has read is known by its size.
 */
export async function whyNotAnyMore(library: Library, path: string): Promise<string | undefined> {
  const decision = library.decisions.of(path);
  if (decision?.choice !== "trash") return "it is not marked any more";
  const identity = identityOf(await Deno.lstat(library.absolute(path)));
  for (const other of decision.group ?? []) {
    if (other === path || library.decisions.of(other)?.choice === "trash") continue;
    const found = await Deno.lstat(library.absolute(other)).catch(() => undefined);
    if (!found?.isFile || found.size !== library.photos.stampOf(other)?.bytes) continue;
    if (identity === undefined || identityOf(found) !== identity) return undefined;
  }
  return NONE_STAYS;
}

const NONE_STAYS = "no photo of its group would stay";

/** A file that is as it was. */
interface FoundFile {
  readonly digest: string;
  readonly bytes: number;
  readonly identity: string | undefined;
}

/** What two paths of one file have in common; `undefined` where the system does not tell. */
function identityOf({ dev, ino }: Deno.FileInfo): string | undefined {
  return ino === null || ino === 0 ? undefined : `${dev}:${ino}`;
}

/** Why a photo that is there must not go; or what it is. */
async function lookAt(
  path: string,
  decided: string,
): Promise<FoundFile | string> {
  try {
    const info = await Deno.lstat(path);
    if (!info.isFile) return "it is a link or no file";
    const found = await digestOf(path);
    if (found.digest !== decided) return "it has changed since you decided";
    return { ...found, identity: identityOf(info) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return "gone";
    }
    return messageOf(error);
  }
}

/** Photos that are not marked, by their files. */
class Stayers {
  readonly #library: Library;
  readonly #digests: ReadonlyMap<string, string>;
  readonly #marked: ReadonlySet<string>;
  readonly #known = new Map<string, FoundFile | undefined>();

  constructor(
    library: Library,
    digests: ReadonlyMap<string, string>,
    marked: ReadonlySet<string>,
  ) {
    this.#library = library;
    this.#digests = digests;
    this.#marked = marked;
  }

  /**
   * Why none of a decision's group stays; `undefined` where one is there and does. A second path of the file that goes
   * is none: a folder mounted twice, or names in either case, go together.
   */
  async whyNone({ group }: Decision, goes: string | undefined): Promise<string | undefined> {
    if (group === undefined) return "it was not marked in a group, beside a photo that stays";
    let isSame = false;
    for (const path of group) {
      const found = this.#marked.has(path) ? undefined : await this.#look(path);
      if (found === undefined) continue;
      if (goes === undefined || found.identity !== goes) return undefined;
      isSame = true;
    }
    return isSame ? "what would stay is the same file by another path" : NONE_STAYS;
  }

  /** A file that is as it was scanned. */
  async #look(path: string): Promise<FoundFile | undefined> {
    if (this.#known.has(path)) return this.#known.get(path);
    const digest = this.#digests.get(path);
    const found = digest === undefined
      ? undefined
      : await lookAt(this.#library.absolute(path), digest);
    const file = typeof found === "object" ? found : undefined;
    this.#known.set(path, file);
    return file;
  }
}
