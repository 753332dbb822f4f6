import assert from "node:assert/strict";
import { createTestApp } from "../../../testing/app_harness.ts";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { FakeEngine } from "../../../testing/fake_engine.ts";
import { testFile } from "../../../testing/harness.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { json } from "../../../testing/towers/replies.ts";
import { createTowerApp } from "../../../testing/towers/tower_app.ts";
import { towerRepository } from "../../../testing/towers/tower_repository.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "../../contract/catalogue.ts";
import { GatewayError } from "../../contract/errors.ts";
import { tei } from "./tei.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 200 };
const URI = "data:image/png;base64,AQ==";
const ONE = Uint8Array.of(1);
const CAT = await testFile("photos/cat.jpg");
const CAT_URI = `data:image/jpeg;base64,${CAT.toBase64()}`;
const KEY = "a-key-of-test-0123456";

const decode = (value: unknown, query: Record<string, string> = {}) =>
  tei.decode(encodedRequest(value, { query }), LIMITS);

for (
  const [value, inputs, modality] of [
    [{ inputs: "a cat" }, ["a cat"], "text"],
    [{ inputs: ["a cat"] }, ["a cat"], "text"],
    [{ inputs: URI }, [ONE], "image"],
    [{ inputs: [URI, "a cat"] }, [ONE, "a cat"], ["image", "text"]],
    [{ inputs: "https://a/cat.jpg" }, ["https://a/cat.jpg"], "text"],
  ] as const
) {
  Deno.test(`tei.decode() reads ${JSON.stringify(value)}`, () => {
    const request = decode(value);
    assert.deepEqual([request.inputs, request.modality], [inputs, modality]);
  });
}

Deno.test("tei.decode() takes the options of its clients, and ignores what their server ignores", () => {
  const plain = decode({ inputs: "a" });
  assert.deepEqual([plain.model, plain.mustFit, plain.options.normalize], [
    undefined,
    false,
    true,
  ]);
  assert.equal("dimensions" in plain, false);
  const full = decode({
    ...{ inputs: "a", model: "m", normalize: false, truncate: false, dimensions: 512 },
    ...{ truncation_direction: "Right", prompt_name: null, encoding_format: "float", x: 1 },
  }, { model: "n" });
  assert.deepEqual([full.model, full.mustFit, full.options.normalize, full.dimensions], [
    "m",
    true,
    false,
    512,
  ]);
  assert.equal(decode({ inputs: "a" }, { model: "n" }).model, "n");
});

for (
  const [value, code, message] of [
    [{}, "invalid_body", /inputs must be a string or a list of them/],
    [{ inputs: [] }, "invalid_text", /inputs must not be empty$/],
    [{ inputs: 7 }, "invalid_body", /^Cannot embed token ids/],
    [{ inputs: [1, 2] }, "invalid_body", /^Cannot embed token ids/],
    [{ inputs: [[1, 2], [3]] }, "invalid_body", /^Cannot embed token ids/],
    [{ inputs: [["a"]] }, "invalid_body", /inputs must be a string or a list of them/],
    [{ inputs: ["a", { text: "b" }] }, "invalid_body", /inputs must be a string or a list/],
    [{ inputs: { source_sentence: "a", sentences: ["b"] } }, "invalid_body", /inputs must be/],
    [{ inputs: `/9j/${"A".repeat(60)}` }, "invalid_body", /Input 0 is base64 of an image/],
    [{ inputs: ["a", "data:text/plain;base64,AQ=="] }, "unsupported_media_type", /^Input 1: /],
    [{ inputs: [URI, URI, URI] }, "too_many_images", /must be ≤ 2: current value is 3/],
    [{ inputs: ["a", "b", "c", "d"] }, "too_many_texts", /must be ≤ 3: current value is 4/],
    [{ inputs: "a".repeat(201) }, "text_too_long", /its characters must be ≤ 200/],
    [{ inputs: "a", truncate: "no" }, "invalid_body", /truncate must be a boolean$/],
    [{ inputs: "a", truncation_direction: "left" }, "invalid_body", /must be right or Right$/],
    [{ inputs: "a", prompt_name: "query" }, "invalid_option", /has no prompts to name$/],
    [{ inputs: "a", normalize: 1 }, "invalid_body", /normalize must be a boolean$/],
    [{ inputs: "a", model: "" }, "invalid_option", /model must be a name/],
  ] as const
) {
  Deno.test(`tei.decode() answers ${code} for ${JSON.stringify(value).slice(0, 80)}`, () => {
    const error = thrownBy(() => decode(value));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

Deno.test("tei.status() and errorBody() are the server's own for every code", () => {
  const seen = new Map<string, Set<number>>();
  for (const code of Object.keys(ERROR_CATALOGUE) as ErrorCode[]) {
    const error = new GatewayError(code, "Cannot");
    const body = tei.errorBody(error, "r") as { error: string; error_type: string };
    assert.deepEqual(tei.schemas?.error.parse(body), body);
    const { error_type: type } = body;
    seen.set(type, (seen.get(type) ?? new Set()).add(tei.status?.(error) ?? error.status));
  }
  assert.deepEqual(Object.fromEntries([...seen].map(([type, all]) => [type, [...all].sort()])), {
    Validation: [401, 404, 405, 408, 413, 422, 499],
    Empty: [400],
    Overloaded: [429],
    Backend: [424],
    Unhealthy: [503],
  });
});

Deno.test("TEI's clients get the vectors of /embed by both of its paths, one string or several", async () => {
  await using app = await createTestApp({ apiKeys: [KEY] });
  const headers = { authorization: `Bearer ${KEY}` };
  const ask = async (path: string, body: unknown) => {
    const response = await app.request(path, json(body, headers));
    assert.equal(response.status, 200, await response.clone().text());
    return await response.json();
  };
  const { embedding } = await ask("/embed", { image: CAT.toBase64() });
  for (const path of ["/", "/embed", "/embed?model=dct_512"]) {
    assert.deepEqual(await ask(path, { inputs: CAT_URI }), [embedding]);
    assert.deepEqual(await ask(path, { inputs: [CAT_URI, CAT_URI] }), [embedding, embedding]);
  }
  const own = await ask("/embed", { inputs: [{ image: CAT.toBase64() }] });
  assert.deepEqual(own.embeddings, [embedding]);
});

Deno.test("TEI's clients are refused in their server's words, and the gateway's own in its", async () => {
  await using app = await createTestApp({ engine: new FakeEngine(), apiKeys: [KEY] });
  const headers = { authorization: `Bearer ${KEY}` };
  for (
    const [path, body, status, type] of [
      ["/", { inputs: [] }, 400, "Empty"],
      ["/", { inputs: {} }, 422, "Validation"],
      ["/", { images: ["AQ=="] }, 422, "Validation"],
      ["/embed", { inputs: [[1]] }, 422, "Validation"],
      ["/embed", { inputs: "data:image/png;base64,*" }, 422, "Validation"],
      ["/embed", { inputs: "a cat" }, 422, "Validation"],
      ["/embed?model=nope", { inputs: CAT_URI }, 404, "Validation"],
      ["/embed", { inputs: CAT_URI, dimensions: 3 }, 422, "Validation"],
      ["/embed", { inputs: [] }, 400, undefined],
      ["/embed", { inputs: [{ text: "a" }, "b"] }, 400, undefined],
      ["/embed", { inputs: "a cat", text: "a" }, 400, undefined],
    ] as const
  ) {
    const response = await app.request(path, json(body, headers));
    assert.equal(response.status, status, JSON.stringify(body));
    assert.equal((await response.json()).error_type, type, JSON.stringify(body));
  }
  const unknown = await app.request("/", json({ inputs: "a" }));
  assert.equal(unknown.status, 401);
  assert.equal((await unknown.json()).error_type, "Validation");
  assert.equal((await app.request("/")).status, 200);
  const put = await app.request("/", { method: "PUT", headers });
  assert.equal(put.status, 405);
});

Deno.test("TEI's clients are known by bodies that are too long for the gateway's thread, too", async () => {
  await using app = await createTestApp();
  const { embedding } = await (await app.request("/embed", json({ image: CAT.toBase64() }))).json();
  // White space counts as base64's, and makes the body longer than 1 MiB.
  const long = `${CAT_URI}${" ".repeat(1024 * 1024)}`;
  const good = await app.request("/embed", json({ inputs: [long, CAT_URI] }));
  assert.deepEqual(await good.json(), [embedding, embedding]);
  const bad = await app.request("/embed", json({ inputs: [long], prompt_name: "query" }));
  assert.deepEqual([bad.status, (await bad.json()).error_type], [422, "Validation"]);
  const own = await app.request("/embed", json({ images: [long], x: 1 }));
  assert.deepEqual([own.status, (await own.json()).error.code], [400, "invalid_option"]);
});

Deno.test("TEI's clients get words embedded, their beginning if they are long, unless they forbid that", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const long = "cat ".repeat(200);
  const ask = (body: unknown) => app.post("/", json(body));
  const { embeddings } = await (await app.post("/embed", json({ texts: ["a cat", long] }))).json();
  for (const truncate of [undefined, true]) {
    assert.deepEqual(await (await ask({ inputs: ["a cat", long], truncate })).json(), embeddings);
  }
  assert.equal((await ask({ inputs: ["a cat"], truncate: false })).status, 200);
  const refused = await ask({ inputs: ["a cat", CAT_URI, long], truncate: false });
  assert.equal(refused.status, 422);
  assert.deepEqual(await refused.json(), {
    error: "Input 2: Cannot embed text as its tokens must be ≤ 12",
    error_type: "Validation",
  });
  const empty = await ask({ inputs: "" });
  assert.deepEqual([empty.status, (await empty.json()).error_type], [400, "Empty"]);
});
