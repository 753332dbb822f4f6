/** The review page for everybody, and for nobody else: axe's rules, phones, both colour schemes, and hostile pages. */
import assert from "node:assert/strict";
import { assertQuiet, visit } from "../page/browser.ts";
import { RawClient } from "../raw_client.ts";
import { largeLibrary } from "./large_library.ts";

const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1280, height: 800 };

Deno.test("the review page breaks none of axe's rules in both schemes, on a laptop and a phone, in every state", async () => {
  await using large = await largeLibrary();
  await using visited = await visit(large.url);
  const { page, breaches } = visited;
  const assertFitForAll = async (state: string) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const size of [LAPTOP, PHONE]) {
        await page.setViewportSize(size);
        assert.deepEqual(await breaches(), [], `${state}, ${colorScheme}, ${size.width}`);
        const width = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(Number(width) <= size.width, `${state} is ${width} wide at ${size.width}`);
      }
    }
  };
  await page.locator("#progress").filter({ hasText: /^5,000 groups/ }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await page.locator('.card[data-choice="trash"]').waitFor();
  await assertFitForAll("groups");
  await page.keyboard.press("c");
  await page.locator("#right-image[src]").waitFor();
  await assertFitForAll("compare");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await assertFitForAll("help");
  assertQuiet(visited, large.url, [/status of 410/]);
});

Deno.test("keys can be turned off, for who speaks to their machine", async () => {
  await using large = await largeLibrary();
  await using visited = await visit(large.url);
  const { page } = visited;
  await page.locator("#progress").filter({ hasText: /^5,000 groups/ }).waitFor();
  await page.keyboard.press("?");
  await page.locator("#keys-on").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  assert.equal(await page.evaluate("document.querySelectorAll('.group.active').length"), 0);
  assert.deepEqual(large.library.decisions.all(), []);
});

Deno.test("a page of another origin gets nothing and changes nothing, by fetch, picture, script, frame or form", async () => {
  await using large = await largeLibrary();
  const { origin, hash } = new URL(large.url);
  const id = large.idOf("g0000_best.jpg");
  const other = large.idOf("g0000_copy.jpg");
  const body = JSON.stringify({ group: [id, other], choices: [[id, "trash"]] });
  // It even knows the token, as nothing but luck would have it.
  const attempts = `
    const outcome = (promise) => promise.then((value) => "got " + value, () => "nothing");
    const element = (name, properties) => new Promise((resolve, reject) => {
      const made = Object.assign(document.createElement(name), properties);
      made.onload = () => resolve(name);
      made.onerror = () => reject();
      document.body.append(made);
    });
    const headers = { authorization: "Bearer ${
    hash.slice(1)
  }", "content-type": "application/json" };
    const form = Object.assign(document.createElement("form"), {
      method: "POST", enctype: "text/plain", action: "${origin}/api/decisions", target: "frame",
    });
    form.append(Object.assign(document.createElement("input"), { name: '${body}', value: "" }));
    document.body.append(Object.assign(document.createElement("iframe"), { name: "frame" }), form);
    const outcomes = async () => {
      form.submit();
      return await Promise.all([
        outcome(fetch("${origin}/api/groups").then((reply) => reply.text())),
        outcome(fetch("${origin}/api/groups", { headers }).then((reply) => reply.text())),
        outcome(fetch("${origin}/api/decisions", { method: "POST", headers, body: '${body}' })),
        outcome(fetch("${origin}/api/decisions", { method: "POST", mode: "no-cors", body: '${body}' })
          .then((reply) => reply.type === "opaque" ? Promise.reject() : reply.type)),
        outcome(element("img", { src: "${origin}/api/photos/${id}/thumbnail" })),
        outcome(element("script", { src: "${origin}/page/main.js" })),
        outcome(fetch("${origin}/").then((reply) => reply.text())),
      ]);
    };`;
  const page = `<!DOCTYPE html><title>Hostile</title><body><script>${attempts}</script>`;
  await using hostile = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(page, { headers: { "content-type": "text/html" } }),
  );
  await using visited = await visit(`http://127.0.0.1:${hostile.addr.port}/`);
  const outcomes = await visited.page.evaluate("outcomes()") as string[];
  assert.deepEqual(outcomes, outcomes.map(() => "nothing"));
  assert.deepEqual(large.library.decisions.all(), []);
});

Deno.test("a name of somebody else's that leads to this machine gets nothing", async () => {
  await using large = await largeLibrary();
  const { hash, port } = new URL(large.url);
  for (const host of [`evil.example:${port}`, "evil.example", `127.0.0.1.evil.example:${port}`]) {
    for (const path of ["/", "/page/main.js", "/api/groups"]) {
      using client = await RawClient.connect(large.url);
      await client.send(
        `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${hash.slice(1)}\r\n\r\n`,
      );
      const { status, body } = await client.reply();
      assert.deepEqual([status, body], [421, '{"error":"Another host is meant"}']);
    }
  }
});

Deno.test("who opens the page without the token, or after its server has ended, is told what to do", async () => {
  await using large = await largeLibrary();
  await using stranger = await visit(new URL("/", large.url).href);
  await stranger.page.getByText("Open the address that photos review printed").waitFor();
  await using visited = await visit(large.url);
  const { page } = visited;
  await page.locator("#progress").filter({ hasText: /^5,000 groups/ }).waitFor();
  // Nothing of it stays in the address.
  assert.equal(await page.evaluate("location.hash + document.cookie"), "");
  await large.restart();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.locator("#problem").filter({ hasText: /server has ended: start photos review again/ })
    .waitFor();
});
