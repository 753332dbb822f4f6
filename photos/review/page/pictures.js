/** Pictures by their addresses: asked for while they are wanted, and some kept for who scrolls back. */
import { getPicture } from "./api.js";

const KEPT_MAX = 400;

/** Addresses of thumbnails. */
export class Pictures {
  /** By path, the one that was wanted last behind all others. */
  #kept = new Map();

  /**
   * Shows a picture in an element when it is there; `onProblem` is told why it is not.
   *
   * @returns What ends the wish.
   */
  show(image, path, onProblem) {
    const url = this.#kept.get(path);
    if (url !== undefined) {
      this.#kept.delete(path);
      this.#kept.set(path, url);
      image.src = url;
      return () => {};
    }
    const ending = new AbortController();
    getPicture(path, ending.signal).then(
      (blob) => image.src = this.#keep(path, blob),
      (error) => {
        if (!ending.signal.aborted) onProblem(error.message);
      },
    );
    return () => ending.abort();
  }

  #keep(path, blob) {
    const known = this.#kept.get(path);
    if (known !== undefined) return known;
    const url = URL.createObjectURL(blob);
    this.#kept.set(path, url);
    if (this.#kept.size > KEPT_MAX) {
      const [oldest, oldUrl] = this.#kept.entries().next().value;
      URL.revokeObjectURL(oldUrl);
      this.#kept.delete(oldest);
    }
    return url;
  }
}
