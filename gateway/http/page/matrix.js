/** The table of cosines, each photo with each. */
import { cosineText } from "./amounts.js";
import { cosine } from "./cosine.js";
import { byId, make } from "./element.js";

/** A table of more cells helps nobody, and takes long to lay out. */
const PHOTOS_MAX = 40;

/** Draws the table of all that have a vector. */
export function renderMatrix(photos) {
  const { all, embedded } = photos;
  const shown = embedded.slice(0, PHOTOS_MAX);
  byId("matrix-section").hidden = shown.length < 2;
  byId("matrix-note").textContent = shown.length < embedded.length
    ? `Cosines of the first ${PHOTOS_MAX} photos; groups and search take all.`
    : "Cosines: 1 is the same, 0 has nothing in common.";
  const placeOf = (photo) => all.indexOf(photo) + 1;
  const columns = shown.map((photo) =>
    make(
      "th",
      { scope: "col", title: photo.name },
      make("span", { "aria-hidden": "true" }, `${placeOf(photo)}.`),
      make("span", { className: "unseen" }, photo.name),
    )
  );
  const corner = make("td");
  const rows = shown.map((photo) =>
    make(
      "tr",
      {},
      make("th", { scope: "row", title: photo.name }, `${placeOf(photo)}. ${photo.name}`),
      ...shown.map((other) => cell(photo, other)),
    )
  );
  const caption = make("caption", { className: "unseen" }, "Cosines of photos");
  byId("matrix").replaceChildren(
    caption,
    make("thead", {}, make("tr", {}, corner, ...columns)),
    make("tbody", {}, ...rows),
  );
}

function cell(photo, other) {
  const value = photo === other ? 1 : cosine(photo.vector, other.vector);
  const element = make("td", photo === other ? { className: "self" } : {}, cosineText(value));
  element.style.setProperty("--cosine", String(Math.min(1, Math.max(0, value))));
  return element;
}
