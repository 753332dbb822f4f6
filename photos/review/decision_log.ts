/** Decisions as they are made, each kept at once, and the last ones taken back. */
import type { Choice, Decision } from "../library/decision_table.ts";
import type { Library } from "../library/library.ts";
import type { Photo } from "../library/photo_table.ts";

/** A photo's number, and what was decided of it: `null` where nothing is. */
export type Decided = readonly [id: number, choice: Choice | null];

/** What is undone at most: a person does not go back further by one key. */
const STEPS_MAX = 1000;

interface Change {
  readonly photo: Photo;
  readonly before: Decision | undefined;
  readonly after: Choice | null;
}

/** Writes decisions, and knows what was there before them. */
export class DecisionLog {
  readonly #library: Library;
  readonly #photos: ReadonlyMap<number, Photo>;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #steps: Change[][] = [];

  constructor(library: Library, photos: ReadonlyMap<number, Photo>) {
    this.#library = library;
    this.#photos = photos;
    this.#ids = new Map([...photos.values()].map(({ id, path }) => [path, id]));
  }

  /** Every decision on a photo that the page knows. */
  all(): Decided[] {
    return this.#library.decisions.all().flatMap(({ path, choice }) => {
      const id = this.#ids.get(path);
      return id === undefined ? [] : [[id, choice] as const];
    });
  }

  /**
   * Decides of photos of a group, all at once.
   *
   * @returns What now holds of the whole group.
   * @throws {RangeError} where one is not known, or not of the group.
   */
  decide(group: readonly number[], choices: readonly Decided[]): Decided[] {
    const members = group.map((id) => this.#photo(id).path);
    const changes = choices.map(([id, after]): Change => {
      if (!group.includes(id)) throw new RangeError(`Photo ${id} is not of the group`);
      const photo = this.#photo(id);
      return { photo, before: this.#library.decisions.of(photo.path), after };
    });
    this.#library.transaction(() => {
      for (const { photo: { path, digest }, after } of changes) {
        if (after === null) this.#library.decisions.drop(path);
        else this.#library.decisions.put({ path, digest, choice: after, group: members });
      }
    });
    this.#steps.push(changes);
    if (this.#steps.length > STEPS_MAX) this.#steps.shift();
    return group.map((id) => this.#now(id));
  }

  /**
   * Takes the last decision back.
   *
   * @returns What now holds of its photos; what was decided anew elsewhere stays as it is, and is left out.
   */
  undo(): Decided[] {
    const changes = this.#steps.pop() ?? [];
    const { decisions } = this.#library;
    return this.#library.transaction(() =>
      changes.flatMap(({ photo: { id, path }, before, after }) => {
        if ((decisions.of(path)?.choice ?? null) !== after) return [];
        if (before === undefined) decisions.drop(path);
        else decisions.put(before);
        return [this.#now(id)];
      })
    );
  }

  #now(id: number): Decided {
    return [id, this.#library.decisions.of(this.#photo(id).path)?.choice ?? null];
  }

  #photo(id: number): Photo {
    const photo = this.#photos.get(id);
    if (photo === undefined) throw new RangeError(`There is no photo ${id}`);
    return photo;
  }
}
