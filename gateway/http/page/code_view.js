/** The request of the newest photo that did not fail, as code to copy. */
import { codeTexts } from "./code_text.js";
import { byId, make } from "./element.js";
import { addressOf, embedPath, GATEWAY } from "./gateway.js";

/** Keeps the texts in step with the photos and the options. */
export class CodeView {
  #texts = new Map();

  /** `onSaid` tells people who see nothing. */
  constructor(onSaid) {
    const place = byId("code");
    for (const language of ["curl", "Python", "TypeScript"]) {
      const code = make("code");
      this.#texts.set(language, code);
      const copy = make("button", { type: "button", "aria-label": `Copy ${language}` }, "Copy");
      copy.addEventListener("click", async () => onSaid(await copyText(code, language)));
      place.append(
        make("h3", {}, language),
        make("div", { className: "code" }, make("pre", {}, code), copy),
      );
    }
  }

  render(photos, { model, isUpright }) {
    const { name, type } = photos.all.findLast(({ state }) => state !== "failed") ??
      { name: "photo.jpg", type: "image/jpeg" };
    const address = addressOf(embedPath({ model, isUpright }));
    for (
      const { language, text } of codeTexts({ address, name, type, needsKey: GATEWAY.needsKey })
    ) {
      this.#texts.get(language).textContent = text;
    }
  }
}

/** Off HTTPS a page may not write to the clipboard: then the text is selected, to be copied by hand. */
async function copyText(code, language) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return `${language} copied`;
  } catch {
    getSelection().selectAllChildren(code);
    return `${language} selected: copy it with your keyboard`;
  }
}
