/** The review page in a real browser: a library of 5,000 groups, looked through by keys. */
import assert from "node:assert/strict";
import { assertQuiet, type BrowserPage, visit } from "../page/browser.ts";
import { GROUPS, type LargeLibrary, largeLibrary, LOOSE_GROUPS } from "./large_library.ts";

/** Rows that may be in the page at once: those in sight, and some around them. */
const ROWS_MAX = 20;

/** Waits until the line of totals says something. */
async function totals(page: BrowserPage, text: RegExp): Promise<void> {
  await page.locator("#progress").filter({ hasText: text }).waitFor();
}

/** Waits until the focus is on the picture of a photo, by a part of its label. */
async function focusOn(page: BrowserPage, label: string): Promise<void> {
  await page.locator(`.picture[aria-label*="${label}"]:focus`).waitFor();
}

async function rows(page: BrowserPage): Promise<number> {
  return Number(await page.evaluate("document.querySelectorAll('.group').length"));
}

/** Decisions, as `{ path: choice }`. */
function decisions({ library }: LargeLibrary): Record<string, string> {
  return Object.fromEntries(library.decisions.all().map(({ path, choice }) => [path, choice]));
}

/** Presses keys, one after the other. */
async function press(page: BrowserPage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

Deno.test("5,000 groups scroll with a handful of rows in the page, which alone ask for thumbnails", async () => {
  await using large = await largeLibrary();
  await using visited = await visit(large.url);
  const { page, requested } = visited;
  await totals(page, /^5,000 groups · 0 decided/);
  const thumbnails = () => requested.filter((address) => address.endsWith("/thumbnail"));
  const height = Number(await page.evaluate("document.getElementById('groups').clientHeight"));
  assert.ok(height > GROUPS * 300, `${height}`);
  let most = 0;
  for (let step = 0; step <= 40; step++) {
    await page.evaluate(`new Promise((resolve) => {
      document.getElementById("scroller").scrollTop = ${(height * step) / 40};
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    })`);
    most = Math.max(most, await rows(page));
  }
  assert.ok(most > 2 && most <= ROWS_MAX, `${most} rows`);
  assert.ok(thumbnails().length < 41 * ROWS_MAX * 2, `${thumbnails().length} thumbnails`);
  await page.getByRole("heading", { name: "Group 5,000" }).waitFor();
  await page.locator('[aria-label^="Photo 1: g4999_best"] img[src]').waitFor();
  assertQuiet(visited, large.url, [/status of 410/]);
});

Deno.test("a person walks by keys, keeps, trashes, takes back, and finds everything again after a reload and a restart", async () => {
  await using large = await largeLibrary();
  await using visited = await visit(large.url);
  const { page } = visited;
  await totals(page, /^5,000 groups/);
  await press(page, "j");
  await focusOn(page, "Photo 1, g0000_best.jpg, 451 × 300");
  await press(page, "j", "j", "k", "ArrowRight");
  await focusOn(page, "Photo 2, g0001_copy.jpg");
  await press(page, "x");
  await totals(page, /0 decided · 0 kept · 1 trash/);
  await press(page, "1");
  await totals(page, /1 decided · 1 kept · 1 trash/);
  await focusOn(page, "g0001_best.jpg");
  await focusOn(page, "Best, kept");
  assert.deepEqual(decisions(large), { "g0001_best.jpg": "keep", "g0001_copy.jpg": "trash" });
  await press(page, "n");
  await focusOn(page, "g0002_best");
  await press(page, "o");
  await totals(page, /2 decided · 2 kept · 2 trash/);
  await press(page, "u");
  await totals(page, /1 decided · 1 kept · 1 trash/);
  await press(page, "u");
  await totals(page, /0 decided · 0 kept · 1 trash/);
  await focusOn(page, "g0001_best");
  await page.reload();
  await totals(page, /0 decided · 0 kept · 1 trash/);
  await page.locator('.card[data-choice="trash"]').waitFor();
  assertQuiet(visited, large.url, [/status of 410/]);
  await page.goto(await large.restart());
  await totals(page, /0 decided · 0 kept · 1 trash/);
  assert.deepEqual(decisions(large), { "g0001_copy.jpg": "trash" });
});

Deno.test("the slider groups anew at once, and the person stays where they were", async () => {
  await using large = await largeLibrary();
  await using visited = await visit(large.url);
  const { page } = visited;
  await totals(page, /^5,000 groups/);
  await press(page, "j", "j", "j", "j", "j");
  await focusOn(page, "g0004_best");
  const slide = (value: number) =>
    page.evaluate(`{
      const slider = document.getElementById("threshold");
      slider.value = "${value}";
      slider.dispatchEvent(new Event("input"));
    }`);
  await slide(0.9);
  await totals(page, new RegExp(`^${(GROUPS + LOOSE_GROUPS).toLocaleString("en")} groups`));
  await page.locator('[aria-label^="Photo 2: g0004_third"]').waitFor();
  await slide(0.995);
  await totals(page, /^0 groups/);
  await page.getByText("There are no such groups.").waitFor();
  await page.getByRole("button", { name: "Usual" }).click();
  await totals(page, /^5,000 groups/);
  await page.locator("#filter").selectOption("bursts");
  await totals(page, /^5,000 groups, 500 shown/);
  await page.locator("#filter").selectOption("copies");
  await totals(page, /, 0 shown/);
  assertQuiet(visited, large.url, [/status of 410/]);
});

Deno.test("photos are compared side by side and in turns, larger and smaller, with what tells them apart", async () => {
  await using large = await largeLibrary();
  await using visited = await visit(large.url);
  const { page } = visited;
  await totals(page, /^5,000 groups/);
  await press(page, "j", "c");
  await page.locator("#left-image[src]").waitFor();
  await page.locator("#right-image[src]").waitFor();
  const other = await page.locator("#differences .other").allInnerTexts();
  assert.ok(other.some((text) => /Pixels\s+451 × 300\s+≠\s+225 × 150/.test(text)), other.join());
  await press(page, "+", "+");
  assert.equal(await page.locator("#zoom-value").innerText(), "4 ×");
  const scrolled = await page.evaluate(`new Promise((resolve) => {
    document.getElementById("left-view").scrollTop = 40;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      resolve(document.getElementById("right-view").scrollTop);
    }));
  })`);
  assert.equal(scrolled, 40);
  // They alternate by themselves until the person does it.
  await press(page, "-", "f", " ");
  const shown = () => page.evaluate("document.getElementById('panes').className");
  const before = await shown();
  await press(page, " ");
  assert.deepEqual([before, await shown()].sort(), ["flicker", "flicker second"]);
  await press(page, "f", "x");
  await page.locator('#left-trash[aria-pressed="true"]').waitFor();
  assert.deepEqual(decisions(large), { "g0000_best.jpg": "trash" });
  await press(page, "j");
  await page.locator("#left-pane").filter({ hasText: /g0001_best/ }).waitFor();
  await press(page, "Escape");
  await focusOn(page, "g0001_best");
  assertQuiet(visited, large.url, [/status of 410/]);
});

Deno.test("a group that would go as a whole is said to, and a photo that was deleted meanwhile is, too", async () => {
  await using large = await largeLibrary();
  await Deno.remove(`${large.path}/g0000_copy.jpg`);
  await using visited = await visit(large.url);
  const { page } = visited;
  await totals(page, /^5,000 groups/);
  await page.locator('[aria-label^="Photo 2: g0000_copy"]').filter({
    hasText: /Not there any more/,
  })
    .waitFor();
  await press(page, "j", "x", "ArrowRight", "x");
  await page.getByText("All are marked trash: one has to stay").waitFor();
  await totals(page, /0 decided · 0 kept · 2 trash/);
  await press(page, "c");
  await page.getByText("Cannot show it: it is not there").waitFor();
  assertQuiet(visited, large.url, [/status of 410/]);
});

Deno.test("a page that is open twice shows what was decided in the other one", async () => {
  await using large = await largeLibrary();
  await using first = await visit(large.url);
  await using second = await visit(large.url);
  await totals(first.page, /^5,000 groups/);
  await totals(second.page, /^5,000 groups/);
  await press(first.page, "j", "x");
  await totals(first.page, /1 trash/);
  await second.page.evaluate("dispatchEvent(new Event('focus'))");
  await totals(second.page, /1 trash/);
  await press(second.page, "j", "u");
  await totals(second.page, /0 trash/);
  await first.page.evaluate("dispatchEvent(new Event('focus'))");
  await totals(first.page, /0 trash/);
});
