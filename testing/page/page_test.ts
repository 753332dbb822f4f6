/** The page at `/` in a real browser, against a real gateway of photos and words. */
import assert from "node:assert/strict";
import { startChild } from "../child_gateway.ts";
import { startGateway, testFile } from "../harness.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { towerRepository, TOWERS } from "../towers/tower_repository.ts";
import { assertQuiet, type BrowserPage, visit } from "./browser.ts";
import { file, photo, photos, totals } from "./photo_files.ts";

/** The browser itself says so of every refusal. */
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/;
const GONE = /^Failed to load resource: net::ERR_/;

/** Does something to the page as a person with a mouse does: `type` is `drop` or `paste`. */
async function give(page: BrowserPage, type: "drop" | "paste", names: readonly string[]) {
  const files = await Promise.all(
    names.map(async (name) => [name, (await testFile(`photos/${name}`)).toBase64()]),
  );
  const event = type === "drop"
    ? `new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })`
    : `new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })`;
  await page.evaluate(`(() => {
    const transfer = new DataTransfer();
    for (const [name, base64] of ${JSON.stringify(files)}) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
    }
    document.querySelector("#drop").dispatchEvent(${event});
  })()`);
}

const groups = async (page: BrowserPage) =>
  (await page.locator("#groups > li").allInnerTexts()).map((text) => text.match(/\S+\.jpg/g));

Deno.test("three photos that are dropped are embedded, compared and grouped, and the slider regroups them", async () => {
  await using gateway = await startGateway();
  await using visited = await visit(gateway.url);
  const { page } = visited;
  await give(page, "drop", ["cat.jpg", "cat_crop.jpg", "pavilion.jpg"]);
  assert.equal(
    await totals(page, "3 embedded"),
    "3 photos: 3 embedded. 93.7 kB sent; tensors would have been 1.81 MB.",
  );
  const [cat = ""] = await page.locator("#photos > li").allInnerTexts();
  assert.match(cat, /^1\. cat\.jpg$/m);
  assert.match(cat, /ms: body \d.* preprocess \d.* infer \d.* line \d+\.\d+ ms$/m);
  assert.match(cat, /^24\.7 kB sent; its tensor has 602,112 bytes, 24 times as much$/m);
  assert.deepEqual(await groups(page), [["cat.jpg", "cat_crop.jpg"]]);
  const cells = await page.locator("#matrix tbody td").allInnerTexts();
  assert.deepEqual([cells[0], cells[4], cells[8]], ["1.00", "1.00", "1.00"]);
  assert.deepEqual([cells[1], cells[2], cells[5]], [cells[3], cells[6], cells[7]]);
  assert.ok(Number(cells[1]) > 0.84 && Number(cells[2]) < 0.19);
  await page.locator("#threshold").press("End");
  assert.deepEqual(await groups(page), []);
  await page.locator("#threshold").press("Home");
  assert.deepEqual(await groups(page), [["cat.jpg", "cat_crop.jpg", "pavilion.jpg"]]);
  const spoken = await page.evaluate(`document.querySelector("#threshold").ariaValueText`);
  assert.equal(spoken, "0.00, 1 group of near-duplicates");
  assertQuiet(visited, gateway.url);
});

Deno.test("files that cannot be embedded say why and what to do, by name, and the others go on", async () => {
  await using gateway = await startGateway({ GATEWAY_IMAGE_BYTES_MAX: "60000" });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  const cat = await testFile("photos/cat.jpg");
  await page.locator("#files").setInputFiles([
    file("notes.txt", new TextEncoder().encode("a cat on a sofa"), "text/plain"),
    file("torn.jpg", cat.subarray(0, 9_000)),
    file("huge.jpg", new Uint8Array(70_000)),
    file("empty.jpg", new Uint8Array()),
    await photo("rocket.jpg"),
  ]);
  assert.match(await totals(page, "1 embedded, 4 failed"), /^5 photos/);
  const texts = await page.locator("#photos > li").allInnerTexts();
  const expected = [
    /notes\.txt[^]*they are no image that is known\. Open it in a photo app and export it as JPEG/,
    /torn\.jpg[^]*Cannot decode image[^]*\. The file seems damaged/,
    /huge\.jpg[^]*Cannot send photo as it has 70\.0 kB: limit is 60\.0 kB\. Save it smaller/,
    /empty\.jpg[^]*The file seems empty/,
    /rocket\.jpg[^]*kB sent/,
  ];
  expected.forEach((pattern, index) => assert.match(texts[index] ?? "", pattern));
  // Bytes that stay what they are get no second chance.
  assert.deepEqual(await page.getByRole("button", { name: /^Try again/ }).allInnerTexts(), []);
  assert.equal(visited.requested.filter((address) => address.includes("/embed")).length, 4);
  assertQuiet(visited, gateway.url, [REFUSED]);
});

Deno.test("words find photos by a model that has a tower for them, and another model's are embedded anew", async () => {
  await using repository = await towerRepository();
  await using gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: Object.values(TOWERS).join(),
  });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  const names = ["cat.jpg", "pavilion.jpg", "rocket.jpg"];
  await page.locator("#files").setInputFiles(await photos(names));
  await totals(page, "3 embedded");
  await page.locator("#search-section").waitFor({ state: "hidden" });
  await page.getByLabel("Model").selectOption(TOWERS.image);
  await page.locator("#search-section").waitFor();
  await totals(page, "3 embedded");
  await page.getByRole("searchbox", { name: "Words" }).fill("a cat on a sofa");
  await page.getByRole("searchbox", { name: "Words" }).press("Enter");
  await page.getByText("3 photos by “a cat on a sofa”, best first.").waitFor();
  const found = await page.locator("#found > li .name").allInnerTexts();
  assert.deepEqual(found, await rankedBy(gateway.url, "a cat on a sofa", names));
  const embedded = visited.requested.filter((address) => address.includes("/embed?"));
  const models = embedded.map((address) => new URL(address).searchParams.get("model"));
  assert.deepEqual(models, [
    ...names.map(() => TOWERS.dct),
    ...[...names, "words"].map(() => TOWERS.image),
  ]);
  await page.getByLabel("Model").selectOption(TOWERS.dct);
  await page.locator("#search-section").waitFor({ state: "hidden" });
  assertQuiet(visited, gateway.url);
});

/** Names in the order that `/rank` gives them. */
async function rankedBy(url: string, text: string, names: readonly string[]): Promise<string[]> {
  const candidates = await Promise.all(
    names.map(async (name) => ({ image: (await testFile(`photos/${name}`)).toBase64() })),
  );
  const response = await fetch(`${url}/rank`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: { text }, candidates }),
  });
  const { ranking } = await response.json();
  return ranking.map(({ index }: { index: number }) => names[index]);
}

Deno.test("samples, pasted photos and the camera's are taken, and photos are removed one by one or all at once", async () => {
  // With the grants and the fence of a real one, which has read its files on every thread.
  await using gateway = await startChild({ env: { GATEWAY_ISOLATES: "2" } });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  await page.getByRole("button", { name: "Use samples" }).click();
  await totals(page, "5 embedded");
  assert.deepEqual(await groups(page), [["cat_half.jpg", "cat_q30.jpg"], [
    "coffee_half.jpg",
    "coffee_q30.jpg",
  ]]);
  await give(page, "paste", ["dahlia.jpg"]);
  await totals(page, "6 embedded");
  await page.getByRole("button", { name: "Camera" }).click();
  await page.getByRole("button", { name: "Take photo" }).click();
  await totals(page, "7 embedded");
  assert.equal(await page.evaluate(`document.querySelector("#camera-video").srcObject`), null);
  const named = await page.locator("#photos > li .name").allInnerTexts();
  assert.match(named.at(-1) ?? "", /^7\. camera_\d\d-\d\d-\d\d\.jpg$/);
  await page.getByRole("button", { name: "Remove cat_half.jpg" }).press("Enter");
  await totals(page, "6 embedded");
  const focused = await page.evaluate(`document.activeElement.getAttribute("aria-label")`);
  assert.equal(focused, "Remove cat_q30.jpg");
  assert.deepEqual(await groups(page), [["coffee_half.jpg", "coffee_q30.jpg"]]);
  await page.getByRole("button", { name: "Remove all photos" }).click();
  await page.locator("#totals-row").waitFor({ state: "hidden" });
  await page.locator("#groups-section").waitFor({ state: "hidden" });
  assertQuiet(visited, gateway.url);
});

Deno.test("the code beside a photo is that photo's request: it runs, and prints its embedding", async () => {
  await using gateway = await startGateway();
  await using visited = await visit(gateway.url);
  await using folder = await temporaryFolder();
  const { page } = visited;
  const name = `it's "a" photo $1.jpg`;
  const bytes = await testFile("photos/cat.jpg");
  await page.locator("#files").setInputFiles(file(name, bytes));
  await page.locator("#upright").uncheck();
  await totals(page, "1 embedded");
  await Deno.writeFile(`${folder.path}/${name}`, bytes);
  const [curl = "", python = "", typescript = ""] = await page.locator("#code code")
    .allInnerTexts();
  await Deno.writeTextFile(`${folder.path}/ask.ts`, typescript);
  const direct = await fetch(`${gateway.url}/embed`, { method: "POST", body: bytes });
  const { embedding } = await direct.json();
  const deno = [...["run", "-q", "--no-config", "-A"], "ask.ts"];
  for (
    const [program, args] of [["sh", ["-c", curl]], ["python3.11", ["-c", python]], [
      Deno.execPath(),
      deno,
    ]] as const
  ) {
    const { stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      cwd: folder.path,
      env: { NO_COLOR: "1" },
    }).output();
    const [first = NaN] = /-?\d\.\d+/.exec(new TextDecoder().decode(stdout)) ?? [];
    assert.equal(Number(first), embedding[0], new TextDecoder().decode(stderr));
  }
  assertQuiet(visited, gateway.url);
});

Deno.test("a full gateway is asked again as it says, until every photo is embedded", async () => {
  await using gateway = await startGateway({ GATEWAY_INFLIGHT_REQUESTS_MAX: "1" });
  await using visited = await visit(gateway.url);
  const { page } = visited;
  await page.locator("#files").setInputFiles(
    await photos(["cat.jpg", "coffee.jpg", "galaxies.jpg", "retina.jpg"]),
  );
  await totals(page, "4 embedded");
  assertQuiet(visited, gateway.url, [REFUSED]);
});

Deno.test("a gateway that is gone is said to be, and photos are sent again when somebody asks for it", async () => {
  await using running = new AsyncDisposableStack();
  const first = running.use(await startGateway());
  await using visited = await visit(first.url);
  const { page } = visited;
  await running.disposeAsync();
  await page.locator("#files").setInputFiles(await photos(["cat.jpg", "coffee.jpg", "rocket.jpg"]));
  await totals(page, "3 failed");
  const [cat = ""] = await page.locator("#photos > li").allInnerTexts();
  assert.match(cat, /Cannot reach the gateway\. See whether it still runs/);
  await using _second = await startGateway({ GATEWAY_PORT: new URL(first.url).port });
  await page.getByRole("button", { name: "Try again: cat.jpg" }).click();
  await totals(page, "1 embedded, 2 failed");
  await page.getByRole("button", { name: "Try failed ones again" }).click();
  await totals(page, "3 embedded");
  assertQuiet(visited, first.url, [GONE]);
});

Deno.test("words that are dragged into a field stay the browser's, and a link that brings no photo along is said to", async () => {
  await using gateway = await startGateway();
  await using visited = await visit(gateway.url);
  const { page } = visited;
  const isTaken = (type: string) =>
    page.evaluate(`(() => {
      const transfer = new DataTransfer();
      transfer.setData("${type}", "https://photos.test/a.jpg");
      const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    })()`);
  assert.equal(await isTaken("text/plain"), false);
  assert.equal(await isTaken("text/uri-list"), true);
  await page.getByText("Nothing came along. Save the photo first, then drop its file.").waitFor();
  assertQuiet(visited, gateway.url);
});

Deno.test("the page takes 200 photos, says so of the rest, and shows the first 40 in its table", async () => {
  await using gateway = await startGateway();
  await using visited = await visit(gateway.url);
  const { page } = visited;
  const { buffer } = await photo("rocket_half.jpg");
  const files = Array.from({ length: 203 }, (_, index) => file(`${index}.jpg`, buffer));
  await page.locator("#files").setInputFiles(files);
  await page.getByText("3 files left out, as this page holds 200 photos.").waitFor();
  await totals(page, "200 embedded");
  assert.equal((await page.locator("#matrix tbody tr").allInnerTexts()).length, 40);
  assert.match((await page.locator("#groups > li").allInnerTexts())[0] ?? "", /^200 photos/);
  assertQuiet(visited, gateway.url);
});

Deno.test("a phone's own camera app takes photos there", async () => {
  await using gateway = await startGateway();
  await using visited = await visit(gateway.url, { isPhone: true });
  const { page } = visited;
  await page.locator("label[for=capture]").waitFor();
  await page.locator("#capture").setInputFiles(await photo("cat.jpg"));
  await totals(page, "1 embedded");
  assertQuiet(visited, gateway.url);
});

Deno.test("the page works below a path of a proxy, and shows that path in its code", async () => {
  await using gateway = await startGateway();
  await using proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    if (!pathname.startsWith("/photos/")) return new Response(null, { status: 404 });
    return fetch(new Request(gateway.url + pathname.slice("/photos".length) + search, request));
  });
  const url = `http://127.0.0.1:${proxy.addr.port}/photos/`;
  await using visited = await visit(url);
  const { page } = visited;
  await page.getByRole("button", { name: "Use samples" }).click();
  await totals(page, "5 embedded");
  const [curl = ""] = await page.locator("#code code").allInnerTexts();
  assert.ok(curl.startsWith(`curl '${url}embed?orient=exif' `), curl);
  assertQuiet(visited, url);
});

Deno.test("a gateway of words alone shows a page without a place for photos", async () => {
  await using repository = await towerRepository();
  await using gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: TOWERS.text,
  });
  await using visited = await visit(gateway.url);
  await visited.page.getByText("Takes words, returns embeddings.").waitFor();
  assert.deepEqual(await visited.page.locator("#photos, #code").allInnerTexts(), []);
  assertQuiet(visited, gateway.url);
});
