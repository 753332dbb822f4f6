/** The list of photos, with what all of them took together. */
import { isWorthAnotherTry } from "./advice.js";
import { bytesText, countText } from "./amounts.js";
import { byId } from "./element.js";
import { photoView } from "./photo_view.js";

/** Keeps a list in step with photos: views of those that stay are kept. */
export class PhotoList {
  #photos;
  #views = new Map();
  #list = byId("photos");
  #totals = byId("totals");
  #totalsRow = byId("totals-row");

  constructor(photos) {
    this.#photos = photos;
    byId("clear").addEventListener("click", () => {
      photos.remove(photos.all);
      byId("files").focus();
    });
    byId("retry").addEventListener("click", () => {
      photos.restart(photos.all.filter(mayBeRetried));
      byId("clear").focus();
    });
  }

  render({ tensorBytes, isKeyAwaited }) {
    const { all } = this.#photos;
    for (const [photo, { element }] of this.#views) {
      if (all.includes(photo)) continue;
      element.remove();
      this.#views.delete(photo);
    }
    all.forEach((photo, index) => {
      const view = this.#views.get(photo) ?? this.#add(photo);
      view.update({ place: index + 1, tensorBytes, isKeyAwaited });
    });
    byId("retry").hidden = all.filter(mayBeRetried).length < 2;
    this.#totalsRow.hidden = all.length === 0;
    this.#totals.textContent = totalsText(all, this.#photos.embedded, tensorBytes);
  }

  #add(photo) {
    const view = photoView(photo, {
      onRemove: () => this.#remove(photo),
      onRetry: () => this.#retry(photo),
    });
    this.#views.set(photo, view);
    this.#list.append(view.element);
    return view;
  }

  /** Whoever came by keyboard goes on at the next one. */
  #remove(photo) {
    const { all } = this.#photos;
    const at = all.indexOf(photo);
    const next = all[at + 1] ?? all[at - 1];
    this.#photos.remove([photo]);
    (this.#views.get(next)?.remove ?? byId("files")).focus();
  }

  #retry(photo) {
    this.#photos.restart([photo]);
    this.#views.get(photo)?.remove.focus();
  }
}

function mayBeRetried({ state, problem }) {
  return state === "failed" && isWorthAnotherTry(problem.code);
}

function totalsText(all, embedded, tensorBytes) {
  const bytes = embedded.reduce((sum, { file }) => sum + file.size, 0);
  const failed = all.filter(({ state }) => state === "failed").length;
  const failures = failed === 0 ? "" : `, ${failed} failed`;
  const text = `${countText(all.length, "photo")}: ${embedded.length} embedded${failures}.`;
  if (embedded.length === 0) return text;
  return `${text} ${bytesText(bytes)} sent; tensors would have been ${
    bytesText(embedded.length * tensorBytes)
  }.`;
}
