import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import { ApiDescription } from "./api_description.ts";
import { describedGateway } from "../../testing/described_gateway.ts";

const ASKED = new Request("http://localhost/");

Deno.test("document() is made once, when it is asked for", async () => {
  let count = 0;
  const description = new ApiDescription(() => (count++, describedGateway()));
  assert.equal(count, 0);
  const [one, two] = [description.document(ASKED), description.document(ASKED)];
  assert.equal(count, 1);
  assert.equal(await one.text(), await two.text());
  assert.equal(one.headers.get("content-type"), "application/json");
});

for (const name of ["document", "page"] as const) {
  Deno.test(`${name}() is not sent again to who has it`, async () => {
    const description = new ApiDescription(() => describedGateway());
    const first = await description[name](ASKED);
    const etag = first.headers.get("etag") ?? "";
    const ask = async (tags: string) =>
      (await description[name](new Request(ASKED, { headers: { "if-none-match": tags } }))).status;
    assert.deepEqual(await Promise.all([`"x", W/${etag}`, '"x"'].map(ask)), [304, 200]);
    await first.body?.cancel();
  });
}

Deno.test("GET /openapi.json and /docs want no key, and tell no model's name", async () => {
  await using app = await createTestApp({ apiKeys: ["a-key-of-test-0123456"] });
  for (const path of ["/openapi.json", "/docs"]) {
    const response = await app.request(path);
    const text = await response.text();
    assert.equal(response.status, 200);
    assert.ok(text.includes("/v1/embeddings"));
    assert.ok(!text.includes("dct_512"));
  }
});
