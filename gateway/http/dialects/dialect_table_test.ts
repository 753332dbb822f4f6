import assert from "node:assert/strict";
import { createTestApp } from "../../../testing/app_harness.ts";
import { FakeEngine } from "../../../testing/fake_engine.ts";
import { testFile } from "../../../testing/harness.ts";
import type { Dialect } from "./dialect.ts";
import { DialectTable } from "./dialect_table.ts";
import { native } from "./native.ts";
import { DIALECTS } from "./registry.ts";

const CAT = await testFile("photos/cat.jpg");

/** Another one's words; a list of photos is what it claims of `/embed`. */
const named: Dialect = {
  ...native,
  name: "named",
  paths: ["/v9/models/{model}/infer", "/v9/models/{model}:embed", "/"],
  gets: [{ path: "/v9/models/{model}", reply: ({ params }) => Response.json(params) }, {
    path: "/v9/open",
    isOpen: true,
    reply: ({ server }) => Response.json(server),
  }],
  claims: [{ path: "/embed", isMine: ({ photos }) => photos !== undefined }],
  bodyKind: "json",
  headers: ["x-rows"],
  decode: (request, limits) => {
    const { photos, image } = JSON.parse(new TextDecoder().decode(request.body));
    const { headers, params } = request;
    const body = new TextEncoder().encode(JSON.stringify({ image: photos?.[0] ?? image }));
    const read = native.decode({ ...request, body }, limits);
    return { ...read, isSingle: headers["x-rows"] === undefined, model: params.model };
  },
  errorBody: ({ message }) => ({ named: message }),
};
/** In the place of another one that is spoken at the root. */
const dialects = [
  native,
  ...DIALECTS.slice(1).filter(({ name }) => name !== "tei"),
  named,
] as const;
const table = new DialectTable(dialects);

for (
  const [method, path, owner] of [
    ["POST", "/embed", "native"],
    ["PUT", "/embed", "native"],
    ["POST", "/embed/base64", "base64_list"],
    ["POST", "/embed/base64/x", "base64_list"],
    ["POST", "/embed/base64x", "native"],
    ["POST", "/embedding", "native"],
    ["POST", "/rank", "rank"],
    ["POST", "/ranking", "native"],
    ["GET", "/info", "native"],
    ["GET", "/", "native"],
    ["HEAD", "/", "native"],
    ["POST", "/", "named"],
    ["PUT", "/", "native"],
    ["GET", "/v1/models", "openai"],
    ["POST", "/v9/models/a:embed", "named"],
    ["POST", "/v9/models/a/other", "named"],
    ["GET", "/v9/models/a", "named"],
  ] as const
) {
  Deno.test(`DialectTable.dialectOf() gives ${method} ${path} to ${owner}`, () => {
    assert.equal(table.dialectOf(method, path).name, owner);
  });
}

const createApp = () => createTestApp({ engine: new FakeEngine(), dialects, apiKeys: [KEY] });
const KEY = "a-key-of-test-0123456";
const authorization = `Bearer ${KEY}`;
const post = (body: unknown, headers = {}): RequestInit => ({
  method: "POST",
  // As clients that name a wrong type, which `bodyKind` has them allowed.
  headers: { "content-type": "application/x-www-form-urlencoded", authorization, ...headers },
  body: JSON.stringify(body),
});

Deno.test("a dialect reads what its paths have in braces, and the headers that it names", async () => {
  await using app = await createApp();
  const image = CAT.toBase64();
  const one = await app.request("/v9/models/dct_512:embed", post({ image }));
  assert.deepEqual(Object.keys(await one.json()), ["embedding", "model", "dim"]);
  const rows = await app.request("/v9/models/dct_512/infer", post({ image }, { "x-rows": "1" }));
  assert.deepEqual(Object.keys(await rows.json()), ["embeddings", "model", "dim"]);
  assert.equal(app.telemetry.requests.at(-1)?.route, "/v9/models/{model}/infer");
  const other = await app.request("/v9/models/nope/infer", post({ image }));
  assert.equal(other.status, 404);
  assert.match((await other.json()).named, /^Cannot find model: /);
});

Deno.test("a dialect has POST where another answers GET, and both are told of by 405", async () => {
  await using app = await createApp();
  const page = await app.request("/");
  assert.equal(page.headers.get("content-type"), "text/plain; charset=UTF-8");
  await page.body?.cancel();
  assert.equal((await app.request("/", post({ image: CAT.toBase64() }))).status, 200);
  const put = await app.request("/", { method: "PUT", headers: { authorization } });
  assert.equal(put.status, 405);
  assert.equal(put.headers.get("allow"), "GET, HEAD, POST");
  assert.match((await put.json()).error.message, /\/ takes GET and POST$/);
});

Deno.test("a dialect's GET has its path's names, and wants no key where it says so", async () => {
  await using app = await createApp();
  const open = await app.request("/v9/open");
  assert.equal((await open.json()).name, "gateway");
  assert.equal((await app.request("/v9/models/a%2Fb")).status, 401);
  const params = await app.request("/v9/models/a%2Fb", { headers: { authorization } });
  assert.deepEqual(await params.json(), { model: "a/b" });
});

Deno.test("a dialect claims what its JSON tells, with its errors, and leaves all else", async () => {
  await using app = await createApp();
  const headers = { "content-type": "application/json" };
  const claimed = await app.request("/embed", post({ photos: ["*"] }, headers));
  assert.equal(claimed.status, 400);
  assert.deepEqual(Object.keys(await claimed.json()), ["named"]);
  for (const body of [{ images: ["*"] }, { image: "*" }]) {
    const own = await app.request("/embed", post(body, headers));
    assert.equal((await own.json()).error.code, "invalid_base64");
  }
  const broken = { method: "POST", headers: { ...headers, authorization }, body: "{" };
  assert.equal((await (await app.request("/embed", broken)).json()).error.code, "invalid_json");
});
