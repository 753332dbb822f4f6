/** The page at `/` of a gateway that has keys, in a real browser. */
import assert from "node:assert/strict";
import { startGateway, testFile } from "../harness.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { assertQuiet, visit } from "./browser.ts";
import { photo, photos, totals } from "./photo_files.ts";

const KEY = "a-key-of-test-0123456";
/** More than are sent at once. */
const NAMES = ["cat.jpg", "coffee.jpg", "dahlia.jpg", "retina.jpg", "rocket.jpg"];
const REFUSED = /^Failed to load resource: the server responded with a status of 401/;

Deno.test("a gateway with keys shows its page to everybody, holds photos back, says what is wrong with a key, and takes the right one", async () => {
  await using gateway = await startGateway({ GATEWAY_API_KEYS: KEY });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  const key = page.getByLabel("API key");
  await key.waitFor();
  await page.locator("#files").setInputFiles(await photo("cat.jpg"));
  await page.getByText("Waits for the key").waitFor();
  assert.equal(visited.requested.some((address) => address.includes("/embed")), false);
  await key.fill("another-key-of-test-01");
  await page.getByRole("button", { name: "Use key" }).click();
  await page.getByText(/its API key is unknown to this gateway/).waitFor();
  assert.equal(await page.evaluate("document.activeElement.id"), "key");
  await key.fill(KEY);
  await key.press("Enter");
  await totals(page, "1 embedded");
  // Nothing of it in an address, in the page, or for longer than the tab.
  assert.equal(visited.requested.some((address) => address.includes(KEY)), false);
  assert.equal(String(await page.evaluate("document.body.innerText")).includes(KEY), false);
  assert.equal(await page.evaluate("localStorage.length + document.cookie.length"), 0);
  await page.reload();
  await page.locator("#files").setInputFiles(await photo("cat.jpg"));
  await totals(page, "1 embedded");
  const sent = visited.requested.length;
  await page.getByRole("button", { name: "Forget key" }).click();
  await page.locator("#files").setInputFiles(await photo("rocket.jpg"));
  await page.getByText("Waits for the key").waitFor();
  assert.equal(visited.requested.length, sent);
  assertQuiet(visited, gateway.url, [REFUSED]);
});

Deno.test("a key that was taken back meanwhile is asked for again, and no photo is lost by that", async () => {
  await using gateway = await startGateway({ GATEWAY_API_KEYS: KEY });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  await page.evaluate(`sessionStorage.setItem("gateway-key", "a-key-of-yesterday-01")`);
  await page.reload();
  await page.locator("#files").setInputFiles(await photos(NAMES));
  await page.getByText(/its API key is unknown to this gateway/).waitFor();
  await page.getByLabel("API key").fill(KEY);
  await page.getByLabel("API key").press("Enter");
  await totals(page, "5 embedded");
  assertQuiet(visited, gateway.url, [REFUSED]);
});

Deno.test("a file that is gone before it is its turn is said to be, and is no fault of the gateway", async () => {
  await using gateway = await startGateway({ GATEWAY_API_KEYS: KEY });
  await using folder = await temporaryFolder();
  await using visited = await visit(gateway.url);
  const { page } = visited;
  const path = `${folder.path}/cat.jpg`;
  await Deno.writeFile(path, await testFile("photos/cat.jpg"));
  await page.locator("#files").setInputFiles(path);
  await page.getByText("Waits for the key").waitFor();
  await Deno.remove(path);
  await page.getByLabel("API key").fill(KEY);
  await page.getByLabel("API key").press("Enter");
  await totals(page, "1 failed");
  const [text = ""] = await page.locator("#photos > li").allInnerTexts();
  assert.match(text, /Cannot read file\. It is a folder, or was changed or moved meanwhile/);
  assertQuiet(visited, gateway.url);
});

Deno.test("a gateway that got keys since it served the page is given one, and its photos wait for it", async () => {
  await using running = new AsyncDisposableStack();
  const { url } = running.use(await startGateway());
  await using visited = await visit(url);
  const { page } = visited;
  await page.getByLabel("API key").waitFor({ state: "hidden" });
  await running.disposeAsync();
  await using _locked = await startGateway({
    GATEWAY_PORT: new URL(url).port,
    GATEWAY_API_KEYS: KEY,
  });
  await page.locator("#files").setInputFiles(await photos(["cat.jpg", "coffee.jpg"]));
  await page.getByText(/it has no API key/).waitFor();
  await page.getByLabel("API key").fill(KEY);
  await page.getByLabel("API key").press("Enter");
  await totals(page, "2 embedded");
  assertQuiet(visited, url, [REFUSED]);
});
