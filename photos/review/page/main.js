/** The page's program: groups in rows, and what keys and buttons do with them. */
import { countText } from "./amounts.js";
import { Compare } from "./compare.js";
import { byId, say, setText } from "./element.js";
import { makeRow } from "./group_row.js";
import { listenToKeys } from "./keys.js";
import { Pictures } from "./pictures.js";
import { Review } from "./review.js";
import { VirtualList } from "./virtual_list.js";

const PLACE = "photos-review-place";
/** A slider that stands still for so long is where it shall be. */
const SLIDER_MS = 60;
const FILTERS = {
  all: () => () => true,
  undecided: (review) => (group) => !review.isDecided(group),
  copies: () => ({ copies }) => copies.length > 0,
  bursts: () => ({ isBurst }) => isBurst,
};

/** The page as a whole. */
class Page {
  #review = new Review();
  /** Groups that the filter lets through. */
  #groups = [];
  #active;
  #list;
  #compare;

  constructor() {
    const on = {
      activate: (group, id) => this.#activate(group, id),
      choose: (group, id, choice) => this.#choose(group, id, choice),
      keepOnly: (group, id) => this.#keepOnly(group, id),
      compare: (group, id) => this.#openCompare(group, id),
      closed: (group, id) => this.#focus({ group, id }),
    };
    const context = { review: this.#review, pictures: new Pictures(), on };
    this.#list = new VirtualList(byId("scroller"), byId("groups"), (at) => {
      return makeRow({ group: this.#groups[at], at, count: this.#groups.length }, context);
    });
    this.#compare = new Compare(this.#review, on);
    this.#review.addEventListener("groups", () => this.#showGroups());
    this.#review.addEventListener("change", () => this.#update());
    this.#review.addEventListener("problem", ({ detail }) => this.#fail(detail));
    listenToKeys(this.#actions());
  }

  async open() {
    try {
      const library = await this.#review.open();
      const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
      setText(byId("root"), library.root);
      this.#listenToControls(library, place.threshold ?? library.threshold);
      if (place.id !== undefined) this.#active = { id: place.id };
      await this.#review.regroup(Number(byId("threshold").value));
      byId("main").setAttribute("aria-busy", "false");
    } catch (error) {
      this.#fail(error);
    }
  }

  #listenToControls({ floor, threshold: usual }, threshold) {
    const slider = byId("threshold");
    slider.min = String(floor);
    slider.value = String(threshold);
    const show = () => setText(byId("threshold-value"), Number(slider.value).toFixed(3));
    let waiting = 0;
    const regroup = () => {
      show();
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        this.#try(() => this.#review.regroup(Number(slider.value)));
      }, SLIDER_MS);
    };
    show();
    slider.addEventListener("input", regroup);
    byId("threshold-usual").addEventListener("click", () => {
      slider.value = String(usual);
      regroup();
    });
    byId("filter").addEventListener("change", () => this.#showGroups());
    byId("undo").addEventListener("click", () => this.#undo());
    byId("help").addEventListener("click", () => byId("help-dialog").showModal());
    byId("help-close").addEventListener("click", () => byId("help-dialog").close());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#try(() => this.#review.refresh());
    });
    addEventListener("focus", () => this.#try(() => this.#review.refresh()));
  }

  #actions() {
    const inCompare = (act) => () => this.#compare.isOpen ? act() : false;
    const withPhoto = (act) => (value) => {
      if (byId("help-dialog").open || this.#current() === undefined) return false;
      act(this.#current(), value);
    };
    return {
      moveGroup: withPhoto((current, step) => this.#moveGroup(current, step)),
      nextUndecided: withPhoto(({ at }) => this.#nextUndecided(at)),
      movePhoto: withPhoto((current, step) => this.#movePhoto(current, step)),
      keepPlace: withPhoto(({ group }, key) => {
        const id = group.photos[Number(key) - 1];
        if (id === undefined) return;
        this.#goTo(group, id);
        this.#choose(group, id, "keep");
      }),
      trash: withPhoto(({ group, id }) => this.#choose(group, id, "trash")),
      keepOnly: withPhoto(({ group, id }) => this.#keepOnly(group, id)),
      undo: withPhoto(() => this.#undo()),
      compare: withPhoto(({ group, id }) => this.#openCompare(group, id)),
      flicker: inCompare(() => this.#compare.flicker()),
      swap: inCompare(() => this.#compare.swap()),
      zoom: (step) => this.#compare.isOpen ? this.#compare.zoom(step) : false,
      help: () => byId("help-dialog").open ? false : byId("help-dialog").showModal(),
    };
  }

  /** Where the person is; the first photo until they have been anywhere. */
  #current() {
    const id = this.#active?.id;
    const at = Math.max(0, this.#groups.findIndex(({ photos }) => photos.includes(id)));
    const group = this.#groups[at];
    if (group === undefined) return undefined;
    return { at, group, id: group.photos.includes(id) ? id : group.photos[0] };
  }

  #moveGroup({ at }, step) {
    // The first key goes to the first group.
    const isThere = this.#active?.group !== undefined;
    const group = this.#groups[isThere ? at + step : at];
    if (group !== undefined) this.#goTo(group, group.photos[0]);
  }

  #nextUndecided(at) {
    const order = [...this.#groups.slice(at + 1), ...this.#groups.slice(0, at + 1)];
    const group = order.find((group) => !this.#review.isDecided(group));
    if (group === undefined) say("All groups are decided");
    else this.#goTo(group, group.photos[0]);
  }

  #movePhoto({ group, id }, step) {
    const next = group.photos[group.photos.indexOf(id) + step];
    if (next === undefined) return;
    if (this.#compare.isOpen) {
      this.#activate(group, next);
      this.#compare.choose(next);
    } else this.#goTo(group, next);
  }

  #goTo(group, id) {
    this.#activate(group, id);
    if (this.#compare.isOpen) this.#openCompare(group, id);
    else this.#focus({ group, id });
  }

  #focus(place) {
    if (place === undefined) return;
    const at = this.#groups.findIndex(({ photos }) => photos.includes(place.id));
    if (at < 0) return;
    this.#list.reveal(at);
    const card = this.#list.rowAt(at)?.cardOf(place.id);
    card?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    card?.open.focus({ preventScroll: true });
  }

  #activate(group, id) {
    this.#active = { group, id };
    this.#remember();
    for (const element of document.querySelectorAll(".group.active")) {
      element.classList.remove("active");
    }
    this.#list.rowAt(this.#groups.indexOf(group))?.element.classList.add("active");
  }

  #openCompare(group, id) {
    this.#activate(group, id);
    this.#compare.open(group, id);
  }

  /** Chosen again, a choice is taken back. */
  #choose(group, id, choice) {
    const next = this.#review.choiceOf(id) === choice ? null : choice;
    const place = group.photos.indexOf(id) + 1;
    this.#try(async () => {
      await this.#review.decide(group, [[id, next]]);
      const words = { keep: "kept", trash: "marked trash" }[next] ?? "not decided any more";
      say(`Photo ${place} is ${words}`);
    });
  }

  #keepOnly(group, kept) {
    const choices = group.photos.map((id) => [id, id === kept ? "keep" : "trash"]);
    this.#try(async () => {
      await this.#review.decide(group, choices);
      const place = group.photos.indexOf(kept) + 1;
      say(`Photo ${place} is kept, ${countText(choices.length - 1, "other")} marked trash`);
    });
  }

  #undo() {
    this.#try(async () => {
      const [id] = await this.#review.undo();
      say(id === undefined ? "Nothing to undo" : "Undone");
      const group = this.#groups.find(({ photos }) => photos.includes(id));
      if (group !== undefined) this.#goTo(group, id);
    });
  }

  #showGroups() {
    const keeps = FILTERS[byId("filter").value](this.#review);
    this.#groups = this.#review.groups.filter(keeps);
    this.#list.reset(this.#groups.length);
    const at = this.#groups.findIndex(({ photos }) => photos.includes(this.#active?.id));
    if (at >= 0) {
      this.#active = { group: this.#groups[at], id: this.#active.id };
      this.#list.reveal(at);
    } else byId("scroller").scrollTop = 0;
    byId("nothing").hidden = this.#groups.length > 0;
    this.#remember();
    this.#update();
  }

  #update() {
    this.#list.update();
    const { decided, keep, trash } = this.#review.totals();
    const all = countText(this.#review.groups.length, "group");
    const shown = this.#groups.length === this.#review.groups.length
      ? ""
      : `, ${this.#groups.length.toLocaleString("en")} shown`;
    setText(
      byId("progress"),
      `${all}${shown} · ${decided.toLocaleString("en")} decided · ${keep} kept · ${trash} trash`,
    );
  }

  #remember() {
    const threshold = Number(byId("threshold").value);
    sessionStorage.setItem(PLACE, JSON.stringify({ threshold, id: this.#active?.id }));
  }

  async #try(act) {
    try {
      await act();
      byId("problem").hidden = true;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    setText(byId("problem"), error.message);
    byId("problem").hidden = false;
  }
}

await new Page().open();
