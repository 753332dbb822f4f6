/** Groups of near-duplicates, and the slider that says how alike those are. */
import { cosineText, countText } from "./amounts.js";
import { byId, make } from "./element.js";
import { nearDuplicates } from "./near_duplicates.js";
import { keptPreviews } from "./preview.js";

/** Regroups at once when the slider moves. */
export class GroupList {
  #photos;
  #preview = keptPreviews();
  #slider = byId("threshold");

  constructor(photos) {
    this.#photos = photos;
    this.#slider.addEventListener("input", () => this.render());
  }

  /** Gives back how many groups of several there are. */
  render() {
    const { embedded } = this.#photos;
    byId("groups-section").hidden = embedded.length < 2;
    const threshold = this.#slider.valueAsNumber;
    byId("threshold-value").textContent = cosineText(threshold);
    const groups = nearDuplicates(embedded, threshold);
    const several = groups.filter(({ photos }) => photos.length > 1);
    const alone = groups.length - several.length;
    const count = `${countText(several.length, "group")} of near-duplicates`;
    byId("groups-summary").textContent = `${count}; ${countText(alone, "photo")} without any.`;
    // What a screen reader says as the slider moves.
    this.#slider.setAttribute("aria-valuetext", `${cosineText(threshold)}, ${count}`);
    byId("groups").replaceChildren(...several.map((group) => groupView(group, this.#preview)));
    return several.length;
  }
}

function groupView({ photos, weakest }, preview) {
  const members = photos.map((photo) =>
    make(
      "li",
      {},
      preview(photo),
      make("span", { className: "name", title: photo.name }, photo.name),
    )
  );
  return make(
    "li",
    {},
    make(
      "p",
      { className: "note" },
      `${countText(photos.length, "photo")}, cosine at least ${cosineText(weakest)}`,
    ),
    make("ul", { className: "strip" }, ...members),
  );
}
