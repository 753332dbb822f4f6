/** A photo of a group: its thumbnail, what is known of it, and what shall become of it. */
import { bytesText, sizeText, splitPath } from "./amounts.js";
import { make, setText } from "./element.js";

const CHOICE_WORDS = { keep: "kept", trash: "marked trash" };

/** Makes the card of a group's photo; `on` has what its buttons do. */
export function makeCard({ id, place, group }, { review, pictures, on }) {
  const image = make("img", { alt: "", decoding: "async" });
  const problem = make("span", { className: "no-picture" });
  const open = make(
    "button",
    { type: "button", className: "picture", "aria-label": `Compare Photo ${place}` },
    image,
    problem,
  );
  const name = make("bdi", { className: "name" });
  const facts = make("span", { className: "note" });
  const tags = make("span", { className: "tags" });
  const keep = choiceButton("Keep", place, () => on.choose(group, id, "keep"));
  const trash = choiceButton("Trash", place, () => on.choose(group, id, "trash"));
  const choices = make("div", { className: "choices" }, keep, trash);
  const element = make(
    "div",
    { className: "card", role: "group", "aria-label": `Photo ${place}` },
    open,
    name,
    facts,
    tags,
    choices,
  );
  open.addEventListener("click", () => on.compare(group, id));
  element.addEventListener("focusin", () => on.activate(group, id));
  const end = pictures.show(
    image,
    `api/photos/${id}/thumbnail`,
    (text) => problem.textContent = text,
  );

  const update = () => {
    const choice = review.choiceOf(id);
    const photo = review.factsOf(id);
    element.dataset.choice = choice ?? "";
    keep.setAttribute("aria-pressed", String(choice === "keep"));
    trash.setAttribute("aria-pressed", String(choice === "trash"));
    if (photo === undefined) return;
    const words = tagsOf(group, id, photo);
    setText(name, splitPath(photo.path).name);
    name.title = photo.path;
    setText(facts, [sizeText(photo), bytesText(photo.bytes)].filter(Boolean).join(" · "));
    setText(tags, words.join(" · "));
    const label = [`Photo ${place}`, name.textContent, facts.textContent, ...words];
    if (choice !== undefined) label.push(CHOICE_WORDS[choice]);
    element.setAttribute("aria-label", `Photo ${place}: ${name.textContent}`);
    open.setAttribute("aria-label", `Compare ${label.join(", ")}`);
  };
  update();
  return { element, open, update, end };
}

function choiceButton(text, place, onClick) {
  const button = make(
    "button",
    {
      ...{ type: "button", className: "choice", "aria-pressed": "false" },
      "aria-label": `${text} photo ${place}`,
    },
    text,
  );
  button.addEventListener("click", onClick);
  return button;
}

function tagsOf({ photos, copies }, id, { isThere }) {
  return [
    photos[0] === id && "Best",
    copies.includes(id) && "Same bytes",
    !isThere && "Not there any more",
  ].filter(Boolean);
}
