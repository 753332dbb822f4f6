/** The page at `/` for everybody: axe's rules, the keyboard alone, phones and both colour schemes, in a real browser. */
import assert from "node:assert/strict";
import { startGateway } from "../harness.ts";
import { towerRepository, TOWERS } from "../towers/tower_repository.ts";
import { assertQuiet, type Visit, visit } from "./browser.ts";
import { file, photos, totals } from "./photo_files.ts";

const KEY = "a-key-of-test-0123456";
const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1280, height: 800 };
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** No breach of axe's rules in either scheme, on a laptop and on a phone, where nothing is wider than the screen. */
async function assertFitForAll({ page, breaches }: Visit, state: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of [LAPTOP, PHONE]) {
      await page.setViewportSize(size);
      assert.deepEqual(await breaches(), [], `${state}, ${colorScheme}, ${size.width}`);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      assert.ok(Number(width) <= size.width, `${state} is ${width} wide at ${size.width}`);
    }
  }
}

Deno.test("the page breaks none of axe's rules, empty, full, with errors, and with the camera open", async () => {
  await using repository = await towerRepository();
  await using gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: [TOWERS.image, TOWERS.text, TOWERS.dct].join(),
  });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  await assertFitForAll(visited, "empty");
  await page.locator("#files").setInputFiles([
    ...await photos(["cat.jpg", "cat_crop.jpg", "pavilion.jpg"]),
    file(`${"a-long-name-without-any-blank".repeat(6)}.jpg`, new Uint8Array(9)),
  ]);
  await totals(page, "3 embedded, 1 failed");
  await page.getByRole("searchbox", { name: "Words" }).fill("a cat");
  await page.getByRole("searchbox", { name: "Words" }).press("Enter");
  await page.getByText(/best first/).waitFor();
  await assertFitForAll(visited, "full");
  await page.setViewportSize(LAPTOP);
  await page.getByRole("button", { name: "Camera" }).click();
  await page.getByRole("button", { name: "Take photo" }).waitFor();
  await assertFitForAll(visited, "camera");
  assertQuiet(visited, gateway.url, [REFUSED]);
});

Deno.test("the page breaks none of axe's rules while it asks for a key, and refuses one", async () => {
  await using gateway = await startGateway({ GATEWAY_API_KEYS: KEY });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  await page.getByLabel("API key").fill("another-key-of-test-01");
  await page.getByLabel("API key").press("Enter");
  await page.getByText(/its API key is unknown/).waitFor();
  await assertFitForAll(visited, "key");
  assertQuiet(visited, gateway.url, [REFUSED]);
});

Deno.test("who has a keyboard alone reaches everything, in the order of the page, and hears when all is done", async () => {
  await using gateway = await startGateway();
  await using visited = await visit(gateway.url);
  const { page } = visited;
  const reached: unknown[] = [];
  const tab = async () => {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate("document.activeElement.id"));
  };
  for (let presses = 0; presses < 3; presses++) await tab();
  await page.keyboard.press("Enter");
  await totals(page, "5 embedded");
  await page.getByText("5 photos embedded. 2 groups of near-duplicates.").waitFor();
  for (let presses = 0; presses < 8; presses++) await tab();
  assert.deepEqual(reached.filter((id) => id !== ""), [
    "files",
    "camera",
    "samples",
    "upright",
    "clear",
    "threshold",
  ]);
  assertQuiet(visited, gateway.url);
});
