import assert from "node:assert/strict";
import { TEST_INFO } from "../../testing/app_harness.ts";
import type { ModelInfo } from "./info.ts";
import { landingPage, landingText } from "./landing_page.ts";

const [IMAGE] = TEST_INFO.models as [ModelInfo];
const TEXT: ModelInfo = { ...IMAGE, name: "words", modality: "text" };
const VISIT = { origin: "http://localhost:40221", needsKey: false };

Deno.test("landingPage() shows the address that it was asked at, and that a key is needed where it is", async () => {
  const open = String(await landingPage(TEST_INFO, VISIT));
  assert.ok(open.includes("curl http://localhost:40221/embed -H"));
  assert.doesNotMatch(open, /8080|KEY/);
  const closed = String(await landingPage(TEST_INFO, { ...VISIT, needsKey: true }));
  assert.match(closed, /authorization: Bearer KEY/);
  assert.match(closed, /want a key/);
  assert.match(closed, /photo\.jpg is a photo of yours, KEY is a key that/);
});

Deno.test("landingPage() asks for no icon, which a gateway with keys would refuse, and for nothing from elsewhere", async () => {
  const page = String(await landingPage(TEST_INFO, VISIT));
  assert.match(page, /<link rel="icon" href="data:,">/);
  const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
  assert.deepEqual(addresses.filter((address) => /^(?:https?:|\/)/.test(address ?? "")), []);
});

Deno.test("landingPage() has no script and no style of its own, which its policy forbids", async () => {
  const page = String(await landingPage(TEST_INFO, VISIT));
  assert.doesNotMatch(page, /<style|style="|\son\w+="/);
  const scripts = [...page.matchAll(/<script ([^>]*)>/g)].map(([, attributes]) => attributes);
  assert.deepEqual(scripts, [
    'type="application/json" id="gateway"',
    'type="module" src="page/main.js"',
  ]);
});

Deno.test("landingPage() of a gateway of words alone has no place for photos", async () => {
  const page = String(await landingPage({ ...TEST_INFO, models: [TEXT] }, VISIT));
  assert.doesNotMatch(page, /id="photos"/);
  assert.match(String(await landingPage(TEST_INFO, VISIT)), /id="photos"/);
});

Deno.test("landingPage() escapes an address, whoever let it through", async () => {
  const page = String(await landingPage(TEST_INFO, { ...VISIT, origin: 'http://"><script>' }));
  assert.equal(page.includes("<script>"), false);
});

Deno.test("landingText() says the same without any markup", () => {
  const text = landingText(TEST_INFO, { ...VISIT, origin: undefined });
  for (
    const part of ["dct_512: a <descriptor>", "512 floats", "p1-none", "http://HOST:PORT/embed"]
  ) {
    assert.ok(text.includes(part), part);
  }
  assert.doesNotMatch(text, /<dd>|&lt;/);
});

Deno.test("landingPage() shows model, engine, decoder and preprocess id", async () => {
  const page = String(await landingPage(TEST_INFO, VISIT));
  for (
    const text of ["dct_512", "512 floats", "onnxruntime 1.2.3", "libturbojpeg 1.2.3", "p1-none"]
  ) {
    assert.ok(page.includes(text), text);
  }
});

Deno.test("landingPage() shows the preprocess id of what holds without options", async () => {
  const decode = { default: "fast", fast_scale_min: 2 } as const;
  const orient = { default: "exif" } as const;
  const models = [{ ...IMAGE, preprocess_id: { none: "p1-none", fast_exif: "p1-fast_exif" } }];
  const page = String(await landingPage({ ...TEST_INFO, decode, orient, models }, VISIT));
  assert.ok(page.includes("p1-fast_exif"));
  assert.equal(page.includes("p1-none"), false);
});

Deno.test("landingPage() escapes what comes from the manifest", async () => {
  const page = String(await landingPage(TEST_INFO, VISIT));
  assert.ok(page.includes("a &lt;descriptor&gt;"));
  assert.equal(page.includes("<descriptor>"), false);
});
