/** A list of rows of one height, of which only those in sight, and some around them, are in the page. */

const AROUND = 2;

/** Rows by their places, made by `makeRow(at)`, which gives `{ element, update(), end() }`. */
export class VirtualList {
  #scroller;
  #list;
  #makeRow;
  #rows = new Map();
  #count = 0;
  #isDue = false;

  constructor(scroller, list, makeRow) {
    [this.#scroller, this.#list, this.#makeRow] = [scroller, list, makeRow];
    scroller.addEventListener("scroll", () => this.#drawSoon(), { passive: true });
    new ResizeObserver(() => this.#drawSoon()).observe(scroller);
  }

  /** Begins anew with so many rows. */
  reset(count) {
    for (const row of this.#rows.values()) this.#drop(row);
    this.#rows.clear();
    this.#count = count;
    this.draw();
  }

  /** Brings the rows that are there up to date. */
  update() {
    for (const row of this.#rows.values()) row.update();
  }

  /** Scrolls so that a row is in sight as a whole, if it is not. */
  reveal(at) {
    const height = this.#rowHeight();
    const [top, seen] = [this.#scroller.scrollTop, this.#scroller.clientHeight];
    if (at * height < top) this.#scroller.scrollTop = at * height;
    else if ((at + 1) * height > top + seen) {
      this.#scroller.scrollTop = Math.min(at * height, (at + 1) * height - seen);
    }
    this.draw();
  }

  rowAt(at) {
    return this.#rows.get(at);
  }

  draw() {
    const height = this.#rowHeight();
    this.#list.style.height = `${height * this.#count}px`;
    const first = Math.max(0, Math.floor(this.#scroller.scrollTop / height) - AROUND);
    const seen = Math.ceil(this.#scroller.clientHeight / height);
    const last = Math.min(this.#count - 1, first + seen + 2 * AROUND);
    for (const [at, row] of this.#rows) {
      // Who has the focus keeps it.
      if (at >= first && at <= last || row.element.contains(document.activeElement)) continue;
      this.#drop(row);
      this.#rows.delete(at);
    }
    for (let at = first; at <= last; at++) {
      if (!this.#rows.has(at)) this.#add(at, height);
    }
  }

  #add(at, height) {
    const row = this.#makeRow(at);
    row.element.style.transform = `translateY(${at * height}px)`;
    const next = [...this.#rows.keys()].filter((other) => other > at).sort((a, b) => a - b)[0];
    this.#list.insertBefore(row.element, this.#rows.get(next)?.element ?? null);
    this.#rows.set(at, row);
  }

  #drop(row) {
    row.end();
    row.element.remove();
  }

  #drawSoon() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.draw();
    });
  }

  /** In pixels, of the style's `--row`, which depends on the person's font. */
  #rowHeight() {
    const style = getComputedStyle(this.#list);
    return parseFloat(style.getPropertyValue("--row")) * parseFloat(style.fontSize);
  }
}
