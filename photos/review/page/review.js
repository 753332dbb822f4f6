/** What the page knows: groups at a threshold, decisions, and facts of the photos that were looked at. */
import { getJson, postJson } from "./api.js";

const FACTS_AT_ONCE = 200;

/** Tells by `change` that decisions or facts are others, by `groups` that groups are. */
export class Review extends EventTarget {
  groups = [];
  threshold = 0;
  #decisions = new Map();
  #facts = new Map();
  #settings = new Map();
  #wanted = new Set();
  #regrouping = new AbortController();

  /** Asks what library this is; the groups come by `regroup()`. */
  async open() {
    const [library, decisions] = await Promise.all([
      getJson("api/library"),
      getJson("api/decisions"),
    ]);
    this.#decisions = new Map(decisions);
    return library;
  }

  /** Groups anew; an earlier wish that is still under way is given up, and gives `false`. */
  async regroup(threshold) {
    this.#regrouping.abort();
    const ending = this.#regrouping = new AbortController();
    try {
      const groups = await getJson(`api/groups?threshold=${threshold}`, ending.signal);
      [this.groups, this.threshold] = [groups, threshold];
    } catch (error) {
      if (ending.signal.aborted) return false;
      throw error;
    }
    this.dispatchEvent(new Event("groups"));
    return true;
  }

  /** What was decided of a photo; `undefined` where nothing is. */
  choiceOf(id) {
    return this.#decisions.get(id);
  }

  /** Facts of a photo; `undefined` until they are there, which `change` tells. */
  factsOf(id) {
    const facts = this.#facts.get(id);
    if (facts === undefined) this.#want(id);
    return facts;
  }

  /** How a photo was made, by its EXIF: texts by their names; nothing until they are there, which `change` tells. */
  settingsOf(id) {
    if (!this.#settings.has(id)) {
      this.#settings.set(id, {});
      getJson(`api/photos/${id}/settings`).then((settings) => {
        this.#settings.set(id, settings);
        this.#tell();
      }, () => this.#settings.delete(id));
    }
    return this.#settings.get(id) ?? {};
  }

  /** Whether nothing is left to do of a group, of which one photo has to stay. */
  isDecided(group) {
    return group.photos.every((id) => this.#decisions.has(id)) && !this.isAllTrash(group);
  }

  isAllTrash({ photos }) {
    return photos.every((id) => this.#decisions.get(id) === "trash");
  }

  /** Counts of decisions. */
  totals() {
    const choices = [...this.#decisions.values()];
    const trash = choices.filter((choice) => choice === "trash").length;
    const decided = this.groups.filter((group) => this.isDecided(group)).length;
    return { decided, trash, keep: choices.length - trash };
  }

  /** Keeps decisions on photos of a group; it is kept when this returns. */
  async decide({ photos }, choices) {
    this.#take(await postJson("api/decisions", { group: photos, choices }));
  }

  /** Takes the last decision back; the photos that it was of. */
  async undo() {
    const decided = await postJson("api/undo", {});
    this.#take(decided);
    return decided.map(([id]) => id);
  }

  /** Another tab may have decided meanwhile. */
  async refresh() {
    const decisions = await getJson("api/decisions");
    this.#decisions = new Map(decisions);
    this.#tell();
  }

  #take(decided) {
    for (const [id, choice] of decided) {
      if (choice === null) this.#decisions.delete(id);
      else this.#decisions.set(id, choice);
    }
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }

  #want(id) {
    if (this.#wanted.size === 0) queueMicrotask(() => this.#load());
    this.#wanted.add(id);
  }

  async #load() {
    const ids = [...this.#wanted];
    this.#wanted.clear();
    for (let at = 0; at < ids.length; at += FACTS_AT_ONCE) {
      const some = ids.slice(at, at + FACTS_AT_ONCE);
      try {
        const photos = await getJson(`api/photos?ids=${some.join()}`);
        for (const photo of photos) this.#facts.set(photo.id, photo);
      } catch (error) {
        this.dispatchEvent(new CustomEvent("problem", { detail: error }));
        return;
      }
    }
    this.#tell();
  }
}
