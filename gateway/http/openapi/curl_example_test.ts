import assert from "node:assert/strict";
import { curlExample, keyHeaderOf } from "./curl_example.ts";

const EMBED = { method: "POST", path: "/embed", key: undefined };

Deno.test("curlExample() sends each kind of body as curl does", () => {
  const url = "curl http://HOST:PORT/embed";
  const told = (type: string, example?: unknown) => curlExample(EMBED, type, example);
  assert.equal(
    told("application/json", { text: "a dog's" }),
    `${url} --json '{"text":"a dog'\\''s"}'`,
  );
  assert.equal(told("multipart/form-data"), `${url} -F image=@photo.jpg`);
  assert.equal(told("image/*"), `${url} -H 'content-type: image/jpeg' --data-binary @photo.jpg`);
  assert.equal(
    told("text/plain"),
    `${url} -H 'content-type: text/plain' --data-binary 'a dog on a beach'`,
  );
});

Deno.test("curlExample() has nothing to show for JSON without an example", () => {
  assert.equal(curlExample(EMBED, "application/json"), undefined);
  assert.equal(curlExample(EMBED), undefined);
});

Deno.test("curlExample() shortens base64, and has the key's header", () => {
  const example = curlExample({ ...EMBED, key: "x-api-key: KEY" }, "application/json", {
    image: "A".repeat(100),
  });
  assert.equal(
    example,
    `curl http://HOST:PORT/embed -H 'x-api-key: KEY' --json '{"image":"${"A".repeat(16)}…"}'`,
  );
  assert.equal(
    curlExample({ method: "GET", path: "/info", key: undefined }),
    "curl http://HOST:PORT/info",
  );
});

Deno.test("keyHeaderOf() reads the operation's scheme", () => {
  const schemes = { bearer: { type: "http" }, "x-key": { type: "apiKey", name: "x-key" } };
  assert.equal(keyHeaderOf({ security: [{ bearer: [] }] }, schemes), "authorization: Bearer KEY");
  assert.equal(keyHeaderOf({ security: [{ "x-key": [] }] }, schemes), "x-key: KEY");
  assert.equal(keyHeaderOf({}, schemes), undefined);
});
