/** Words find photos: both have vectors of one space, and the nearest come first. */
import { cosineText, countText } from "./amounts.js";
import { adviceOn } from "./advice.js";
import { cosine } from "./cosine.js";
import { byId, make, setText, showText } from "./element.js";
import { embed } from "./gateway.js";
import { keptPreviews } from "./preview.js";

/** Keeps photos in order by the words that were asked for last. */
export class Search {
  #photos;
  #settings;
  #onKeyRefused;
  #preview = keptPreviews();
  /** Words and their vector, by the model that made it. */
  #asked;

  constructor(photos, settings, onKeyRefused) {
    this.#photos = photos;
    this.#settings = settings;
    this.#onKeyRefused = onKeyRefused;
    byId("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask(byId("words").value.trim());
    });
  }

  async #ask(words) {
    showText(byId("search-problem"), "");
    const { key, model } = this.#settings();
    const asked = { words, model };
    this.#asked = asked;
    try {
      const reply = await embed(JSON.stringify({ text: words }), {
        type: "application/json",
        key,
        model,
      });
      Object.assign(asked, { vector: reply.vector, isTruncated: reply.isTruncated });
    } catch (problem) {
      if (problem.code === "unauthorized") this.#onKeyRefused(problem);
      const advice = adviceOn(problem.code);
      showText(
        byId("search-problem"),
        advice === "" ? problem.message : `${problem.message}. ${advice}`,
      );
    }
    this.render();
  }

  /** Brings the order up to date with the photos. */
  render() {
    const { model, findsByWords } = this.#settings();
    const { embedded } = this.#photos;
    byId("search-section").hidden = !findsByWords || embedded.length === 0;
    const asked = this.#asked;
    // Vectors of another model cannot be compared.
    if (asked?.vector === undefined || asked.model !== model) {
      byId("found").replaceChildren();
      setText(byId("search-summary"), "");
      return;
    }
    const found = embedded.map((photo) => ({ photo, value: cosine(asked.vector, photo.vector) }))
      .sort((a, b) => b.value - a.value);
    const cut = asked.isTruncated ? " The model reads no words behind the first few dozen." : "";
    const count = countText(found.length, "photo");
    setText(byId("search-summary"), `${count} by “${asked.words}”, best first.${cut}`);
    byId("found").replaceChildren(...found.map((one) => foundView(one, this.#preview)));
  }
}

function foundView({ photo, value }, preview) {
  return make(
    "li",
    {},
    preview(photo),
    make("span", { className: "name", title: photo.name }, photo.name),
    make("span", { className: "note" }, `cosine ${cosineText(value)}`),
  );
}
