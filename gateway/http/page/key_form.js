/** The key: asked for where the gateway has keys, kept in this tab, and sent to nobody else. */
import { byId, showText } from "./element.js";
import { checkKey, GATEWAY } from "./gateway.js";

const STORED = "gateway-key";

/** Holds the key; `onAccepted` is called when there is one that the gateway takes. */
export class KeyForm {
  /** "" where there is none. */
  key = "";
  #onAccepted;
  #isNeeded = GATEWAY.needsKey;
  #section = byId("key-section");
  #input = byId("key");
  #problem = byId("key-problem");
  #forget = byId("key-forget");

  constructor(onAccepted) {
    this.#onAccepted = onAccepted;
    this.#section.hidden = !this.#isNeeded;
    byId("key-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try(this.#input.value.trim());
    });
    this.#forget.addEventListener("click", () => {
      this.#keep("");
      this.#input.focus();
    });
    if (this.#isNeeded) this.#keep(stored());
  }

  /** Whether nothing can be sent as yet. */
  get isAwaited() {
    return this.#isNeeded && this.key === "";
  }

  /** The gateway did not take the key: somebody has to give another one. */
  refuse(message) {
    // A gateway may have got keys since it served this page.
    this.#isNeeded = true;
    this.#section.hidden = false;
    this.#keep("");
    showText(this.#problem, message);
    this.#input.focus();
  }

  async #try(key) {
    showText(this.#problem, "");
    try {
      await checkKey(key);
    } catch (problem) {
      this.refuse(problem.message);
      return;
    }
    this.#keep(key);
    this.#onAccepted();
  }

  #keep(key) {
    this.key = key;
    this.#input.value = key;
    this.#forget.hidden = key === "";
    byId("key-note").textContent = key === ""
      ? "This gateway wants a key. It stays in this tab, until the tab is closed."
      : "There is a key. It stays in this tab, until the tab is closed.";
    try {
      if (key === "") sessionStorage.removeItem(STORED);
      else sessionStorage.setItem(STORED, key);
    } catch {
      // A browser that keeps nothing asks again after a reload.
    }
  }
}

function stored() {
  try {
    return sessionStorage.getItem(STORED) ?? "";
  } catch {
    return "";
  }
}
