/** The page at `/` of a gateway that has keys, in a real browser. */
import assert from "node:assert/strict";
import { startGateway, testFile } from "../harness.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { assertQuiet, visit } from "./browser.ts";
import { photo, totals } from "./photo_files.ts";

const KEY = "a-key-of-test-0123456";
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
  await page.getByRole("button", { name: "Forget key" }).click();
  await page.locator("#files").setInputFiles(await photo("rocket.jpg"));
  await page.getByText("Waits for the key").waitFor();
  assertQuiet(visited, gateway.url, [REFUSED]);
});

Deno.test("a key that was taken back meanwhile is asked for again, and no photo is lost by that", async () => {
  await using gateway = await startGateway({ GATEWAY_API_KEYS: KEY });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  await page.evaluate(`sessionStorage.setItem("gateway-key", "a-key-of-yesterday-01")`);
  await page.reload();
  await page.locator("#files").setInputFiles(await photo("cat.jpg"));
  await page.getByText(/its API key is unknown to this gateway/).waitFor();
  await page.getByLabel("API key").fill(KEY);
  await page.getByLabel("API key").press("Enter");
  await totals(page, "1 embedded");
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
