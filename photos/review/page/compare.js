/** Two photos of a group, side by side or in turns at one place. */
import { getPicture } from "./api.js";
import { splitPath } from "./amounts.js";
import { differences } from "./differences.js";
import { byId, make, setText } from "./element.js";

const SIDES = ["left", "right"];
const ZOOM_MAX = 16;
const FLICKER_MS = 700;
const isStill = matchMedia("(prefers-reduced-motion: reduce)");

/** The dialog. */
export class Compare {
  #review;
  #on;
  #dialog = byId("compare");
  #panes = byId("panes");
  #group;
  #ids = {};
  #zoom = 1;
  #timer = 0;
  #shown = {};
  /** Where a view was made to scroll to by the other one. */
  #led = new Map();

  constructor(review, on) {
    [this.#review, this.#on] = [review, on];
    for (const side of SIDES) {
      this.#select(side).addEventListener("change", ({ target }) => {
        this.#ids[side] = Number(target.value);
        if (side === "left") on.activate(this.#group, this.#ids.left);
        this.#draw();
      });
      for (const choice of ["keep", "trash"]) {
        byId(`${side}-${choice}`).addEventListener("click", () => {
          on.choose(this.#group, this.#ids[side], choice);
        });
      }
      byId(`${side}-view`).addEventListener("scroll", ({ target }) => this.#follow(target));
    }
    byId("flicker").addEventListener("click", () => this.flicker());
    byId("swap").addEventListener("click", () => this.swap());
    byId("zoom-in").addEventListener("click", () => this.zoom(1));
    byId("zoom-out").addEventListener("click", () => this.zoom(-1));
    byId("compare-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#end());
    review.addEventListener("change", () => this.isOpen && this.#update());
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Opens on a photo, beside the best one, or beside the next where it is that. */
  open(group, id) {
    const { photos } = group;
    this.#group = group;
    this.#ids = { left: id, right: photos[0] === id ? photos[1] ?? id : photos[0] };
    for (const side of SIDES) this.#fillSelect(side);
    this.#setFlicker(false);
    this.#setZoom(1);
    if (!this.isOpen) this.#dialog.showModal();
    this.#draw();
    byId("left-view").focus();
  }

  /** Another photo at the left. */
  choose(id) {
    this.#ids.left = id;
    this.#draw();
  }

  flicker() {
    this.#setFlicker(!this.#isFlickering);
    // A pane that is not seen would lose the focus.
    byId(this.#isFlickering ? "swap" : "left-view").focus();
  }

  /** Shows the other photo now; from then on the person does it. */
  swap() {
    if (!this.#isFlickering) return;
    clearInterval(this.#timer);
    this.#panes.classList.toggle("second");
  }

  zoom(step) {
    this.#setZoom(Math.min(ZOOM_MAX, Math.max(1, this.#zoom * 2 ** step)));
  }

  get #isFlickering() {
    return this.#panes.classList.contains("flicker");
  }

  #select(side) {
    return byId(`${side}-choice`);
  }

  #fillSelect(side) {
    const options = this.#group.photos.map((id) => make("option", { value: String(id) }));
    this.#select(side).replaceChildren(...options);
  }

  /** Names come with the facts. */
  #nameOptions(side) {
    for (const [at, option] of [...this.#select(side).options].entries()) {
      const path = this.#review.factsOf(this.#group.photos[at])?.path ?? "";
      setText(option, `${at + 1}: ${splitPath(path).name}`);
    }
  }

  #draw() {
    for (const side of SIDES) {
      this.#select(side).value = String(this.#ids[side]);
      this.#load(side);
    }
    this.#update();
  }

  #update() {
    for (const side of SIDES) {
      this.#nameOptions(side);
      const id = this.#ids[side];
      const choice = this.#review.choiceOf(id);
      byId(`${side}-pane`).dataset.choice = choice ?? "";
      for (const name of ["keep", "trash"]) {
        byId(`${side}-${name}`).setAttribute("aria-pressed", String(choice === name));
      }
    }
    const [left, right] = SIDES.map((side) => this.#review.factsOf(this.#ids[side]));
    if (left === undefined || right === undefined) return;
    const withSettings = (photo) => ({ ...photo, settings: this.#review.settingsOf(photo.id) });
    byId("differences").replaceChildren(
      ...differences(withSettings(left), withSettings(right)).map((
        { name, left, right, isOther },
      ) =>
        make(
          "tr",
          { className: isOther ? "other" : "" },
          make("th", { scope: "row" }, name),
          make("td", {}, make("bdi", {}, left || "–")),
          make("td", {}, isOther ? "≠" : "="),
          make("td", {}, make("bdi", {}, right || "–")),
        )
      ),
    );
  }

  /** The file itself, or the thumbnail of one that no browser shows. */
  async #load(side) {
    const id = this.#ids[side];
    if (this.#shown[side]?.id === id) return;
    this.#forget(side);
    const ending = new AbortController();
    const shown = this.#shown[side] = { id, ending, url: "" };
    const image = byId(`${side}-image`);
    const problem = byId(`${side}-problem`);
    image.removeAttribute("src");
    image.alt = `Photo ${this.#group.photos.indexOf(id) + 1}`;
    setText(problem, "");
    const isShown = this.#review.factsOf(id)?.isShown ?? true;
    try {
      const kind = isShown ? "original" : "thumbnail";
      shown.url = URL.createObjectURL(
        await getPicture(`api/photos/${id}/${kind}`, ending.signal),
      );
      if (this.#shown[side] === shown) image.src = shown.url;
      else URL.revokeObjectURL(shown.url);
    } catch (error) {
      if (!ending.signal.aborted) setText(problem, `Cannot show it: ${error.message}`);
    }
  }

  #forget(side) {
    const shown = this.#shown[side];
    shown?.ending.abort();
    if (shown?.url) URL.revokeObjectURL(shown.url);
    this.#shown[side] = undefined;
  }

  #setFlicker(isOn) {
    clearInterval(this.#timer);
    this.#panes.classList.toggle("flicker", isOn);
    this.#panes.classList.remove("second");
    byId("flicker").setAttribute("aria-pressed", String(isOn));
    byId("swap").hidden = !isOn;
    if (!isOn || isStill.matches) return;
    this.#timer = setInterval(() => this.#panes.classList.toggle("second"), FLICKER_MS);
  }

  /** What is in the middle stays there. */
  #setZoom(zoom) {
    const view = byId("left-view");
    const middle = (scroll, seen, whole) => (scroll + seen / 2) / Math.max(1, whole);
    const x = middle(view.scrollLeft, view.clientWidth, view.scrollWidth);
    const y = middle(view.scrollTop, view.clientHeight, view.scrollHeight);
    this.#zoom = zoom;
    this.#panes.style.setProperty("--zoom", String(zoom));
    setText(byId("zoom-value"), `${zoom} ×`);
    view.scrollLeft = x * view.scrollWidth - view.clientWidth / 2;
    view.scrollTop = y * view.scrollHeight - view.clientHeight / 2;
  }

  /** Both show the same part; who was made to follow does not lead, as its event comes late. */
  #follow(view) {
    const led = this.#led.get(view);
    if (led !== undefined && led.x === view.scrollLeft && led.y === view.scrollTop) return;
    for (const side of SIDES) {
      const other = byId(`${side}-view`);
      if (other === view) continue;
      other.scrollLeft = view.scrollLeft;
      other.scrollTop = view.scrollTop;
      this.#led.set(other, { x: other.scrollLeft, y: other.scrollTop });
    }
  }

  #end() {
    this.#setFlicker(false);
    for (const side of SIDES) this.#forget(side);
    // The browser gives the focus back to where the dialog was opened.
    this.#on.closed(this.#group, this.#ids.left);
  }
}
