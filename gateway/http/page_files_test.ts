import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";

const KEY = "a-key-of-test-0123456";
const FOLDER = new URL("page/", import.meta.url);
const TYPES = [
  ["page.css", "text/css; charset=UTF-8"],
  ["main.js", "text/javascript; charset=UTF-8"],
  ["cat_half.jpg", "image/jpeg"],
] as const;

const createApp = () =>
  createTestApp({
    engine: new FakeEngine({ slots: 1 }),
    workers: { run: () => Promise.reject(new Error("no worker")) },
    apiKeys: [KEY],
  });

for (const [name, type] of TYPES) {
  Deno.test(`GET /page/${name} answers the file as ${type} and as nothing else, without a key`, async () => {
    await using app = await createApp();
    const response = await app.request(`/page/${name}`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), type);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.deepEqual(await response.bytes(), await Deno.readFile(new URL(name, FOLDER)));
    const head = await app.request(`/page/${name}`, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    assert.deepEqual(app.telemetry.requests.map(({ route }) => route), [
      "/page/{name}",
      "/page/{name}",
    ]);
  });
}

for (const name of ["README.md", "workbench.html", "nope.js", "..%2Fapp.ts", "%2e%2e%2fapp.ts"]) {
  Deno.test(`GET /page/${name} answers 404`, async () => {
    await using app = await createApp();
    const response = await app.request(`/page/${name}`);
    assert.equal(response.status, 404);
    assert.equal((await response.json()).error.code, "not_found");
  });
}

Deno.test("GET / lets the page run and ask nothing but its own gateway", async () => {
  await using app = await createApp();
  const { headers } = await app.request("/", { headers: { accept: "text/html" } });
  const policy = headers.get("content-security-policy") ?? "";
  const rules = new Map(
    policy.split("; ").map((rule) => rule.split(/ (.*)/, 2)) as [string, string][],
  );
  assert.equal(rules.get("default-src"), "'none'");
  for (const rule of ["script-src", "style-src", "connect-src"]) {
    assert.equal(rules.get(rule), "'self'", rule);
  }
  for (const rule of ["base-uri", "form-action", "frame-ancestors"]) {
    assert.equal(rules.get(rule), "'none'", rule);
  }
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
});

Deno.test("what the page asks for is there, and every sample is one of the sample photos", async () => {
  await using app = await createApp();
  const html = await (await app.request("/", { headers: { accept: "text/html" } })).text();
  const asked = [...html.matchAll(/(?:src|href)="(page\/[^"]+)"/g)].map(([, path = ""]) => path);
  assert.deepEqual(asked, ["page/page.css", "page/workbench.css", "page/main.js"]);
  for await (const { name } of Deno.readDir(FOLDER)) {
    const text = name.endsWith(".js") ? await Deno.readTextFile(new URL(name, FOLDER)) : "";
    asked.push(
      ...[...text.matchAll(/ from "\.\/([^"]+)"/g)].map(([, file = ""]) => `page/${file}`),
    );
    if (!name.endsWith(".jpg")) continue;
    const sample = await Deno.readFile(`testing/photos/${name}`);
    assert.deepEqual(await Deno.readFile(new URL(name, FOLDER)), sample, name);
  }
  for (const path of new Set(asked)) {
    assert.equal((await app.request(`/${path}`)).status, 200, path);
  }
});
