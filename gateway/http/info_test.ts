import assert from "node:assert/strict";
import { TEST_INFO } from "../../testing/app_harness.ts";
import { landingPage } from "./info.ts";

Deno.test("landingPage() shows model, engine, decoder and preprocess id", async () => {
  const page = String(await landingPage(TEST_INFO));
  for (
    const text of ["dct_512", "512 floats", "onnxruntime 1.2.3", "libturbojpeg 1.2.3", "p1-none"]
  ) {
    assert.ok(page.includes(text), text);
  }
});

Deno.test("landingPage() shows the preprocess id of what holds without options", async () => {
  const decode = { default: "fast", fast_scale_min: 2 } as const;
  const orient = { default: "exif" } as const;
  const preprocess_id = { none: "p1-none", fast_exif: "p1-fast_exif" };
  const page = String(await landingPage({ ...TEST_INFO, decode, orient, preprocess_id }));
  assert.ok(page.includes("p1-fast_exif"));
  assert.equal(page.includes("p1-none"), false);
});

Deno.test("landingPage() escapes what comes from the manifest", async () => {
  const page = String(await landingPage(TEST_INFO));
  assert.ok(page.includes("a &lt;descriptor&gt;"));
  assert.equal(page.includes("<descriptor>"), false);
});
