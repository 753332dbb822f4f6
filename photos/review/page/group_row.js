/** A group: its photos side by side. */
import { countText } from "./amounts.js";
import { make, setText } from "./element.js";
import { makeCard } from "./photo_card.js";

/** Cards in the page at once: a burst may have hundreds. */
const CARDS_MAX = 24;

/** Makes the row of a group; `context` has the review, pictures and what buttons do. */
export function makeRow({ group, at, count }, context) {
  const { review, on } = context;
  const title = make("h2", {}, `Group ${(at + 1).toLocaleString("en")}`);
  const about = make("span", { className: "note" });
  const warning = make("strong", { className: "problem" });
  const best = make("button", { type: "button", className: "quiet" }, "Keep best, trash others");
  best.addEventListener("click", () => on.keepOnly(group, group.photos[0]));
  const strip = make("div", { className: "strip" });
  const head = make("div", { className: "head" }, title, about, warning, best);
  const element = make("div", { className: "group", role: "listitem" }, head, strip);
  element.setAttribute("aria-setsize", String(count));
  element.setAttribute("aria-posinset", String(at + 1));

  const cards = new Map();
  let first = -1;
  const fill = (from) => {
    if (from === first) return;
    first = from;
    for (const card of cards.values()) card.end();
    cards.clear();
    strip.replaceChildren();
    if (from > 0) strip.append(pageButton("Earlier", () => fill(from - CARDS_MAX)));
    for (const id of group.photos.slice(from, from + CARDS_MAX)) {
      const card = makeCard({ id, place: group.photos.indexOf(id) + 1, group }, context);
      cards.set(id, card);
      strip.append(card.element);
    }
    const rest = group.photos.length - from - CARDS_MAX;
    if (rest > 0) strip.append(pageButton(`${rest} more`, () => fill(from + CARDS_MAX)));
  };
  const update = () => {
    setText(about, aboutText(group));
    setText(warning, review.isAllTrash(group) ? "All are marked trash: one has to stay" : "");
    element.classList.toggle("decided", review.isDecided(group));
    for (const card of cards.values()) card.update();
  };
  fill(0);
  update();
  return {
    element,
    update,
    /** The card of a photo, which is brought into the row if it is not there. */
    cardOf: (id) => {
      fill(Math.floor(group.photos.indexOf(id) / CARDS_MAX) * CARDS_MAX);
      return cards.get(id);
    },
    end: () => cards.forEach((card) => card.end()),
  };
}

function aboutText({ photos, copies, reason, weakestLink, isBurst }) {
  return [
    countText(photos.length, "photo"),
    copies.length === photos.length ? "the same bytes" : `similarity ${weakestLink.toFixed(3)}`,
    isBurst && "a burst",
    `best: ${reason}`,
  ].filter(Boolean).join(" · ");
}

function pageButton(text, onClick) {
  const button = make("button", { type: "button", className: "quiet" }, text);
  button.addEventListener("click", onClick);
  return button;
}
