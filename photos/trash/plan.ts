/** Which of the photos that are marked may go. */
import type { Decision } from "../library/decision_table.ts";
import type { Library } from "../library/library.ts";
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
    else if (!await stayers.hasOne(decision)) refused.push({ path, reason: whyAlone(decision) });
    else moves.push({ path, from: library.absolute(path), ...found });
  }
  return { moves, refused, gone };
}

/** Why a photo that is there must not go; or what it is. */
async function lookAt(
  path: string,
  decided: string,
): Promise<{ readonly digest: string; readonly bytes: number } | string> {
  try {
    if (!(await Deno.lstat(path)).isFile) return "it is a link or no file";
    const found = await digestOf(path);
    return found.digest === decided ? found : "it has changed since you decided";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return "gone";
    }
    return error instanceof Error ? error.message : String(error);
  }
}

function whyAlone({ group }: Decision): string {
  return group === undefined
    ? "it was not marked in a group, beside a photo that stays"
    : "no photo of its group would stay";
}

/** Photos that are not marked, by their files. */
class Stayers {
  readonly #library: Library;
  readonly #digests: ReadonlyMap<string, string>;
  readonly #marked: ReadonlySet<string>;
  readonly #known = new Map<string, boolean>();

  constructor(
    library: Library,
    digests: ReadonlyMap<string, string>,
    marked: ReadonlySet<string>,
  ) {
    this.#library = library;
    this.#digests = digests;
    this.#marked = marked;
  }

  /** Whether one of a decision's group is there and stays. */
  async hasOne({ group = [] }: Decision): Promise<boolean> {
    for (const path of group) {
      if (!this.#marked.has(path) && await this.#isAsScanned(path)) return true;
    }
    return false;
  }

  async #isAsScanned(path: string): Promise<boolean> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const digest = this.#digests.get(path);
    const found = digest !== undefined && await lookAt(this.#library.absolute(path), digest);
    const isAsScanned = typeof found === "object";
    this.#known.set(path, isAsScanned);
    return isAsScanned;
  }
}
