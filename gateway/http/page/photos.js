/** The photos on this page, in the order they came. */

/** Memory of a phone, and what a person can look through. */
export const PHOTOS_MAX = 200;

/**
 * Photos, each of a state: `waiting`, `sending`, `done` with `reply`, `failed` with `problem`. `change` is dispatched after
 * any of them became different, or came, or went.
 */
export class Photos extends EventTarget {
  #photos = [];
  #lastId = 0;

  get all() {
    return this.#photos;
  }

  /** Those with a vector. */
  get embedded() {
    return this.#photos.filter(({ state }) => state === "done");
  }

  /** Adds files; gives back how many found no place. */
  add(files) {
    const taken = files.slice(0, PHOTOS_MAX - this.#photos.length);
    this.#photos.push(...taken.map((file) => ({
      id: ++this.#lastId,
      name: file.name || "pasted photo",
      file,
      // What the system calls it is a guess by its name, and no text is to be taken for words.
      type: file.type.startsWith("image/") ? file.type : "application/octet-stream",
      ...fresh(),
    })));
    this.#changed();
    return files.length - taken.length;
  }

  /** Changes a photo that is still here. */
  update(photo, change) {
    if (!this.#photos.includes(photo)) return;
    Object.assign(photo, change);
    this.#changed();
  }

  /** Forgets what came of photos, so that they are sent again. */
  restart(photos) {
    for (const photo of photos) {
      photo.aborter.abort();
      Object.assign(photo, fresh());
    }
    this.#changed();
  }

  remove(photos) {
    for (const photo of photos) photo.aborter.abort();
    this.#photos = this.#photos.filter((photo) => !photos.includes(photo));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function fresh() {
  return {
    state: "waiting",
    aborter: new AbortController(),
    reply: undefined,
    vector: undefined,
    problem: undefined,
  };
}
