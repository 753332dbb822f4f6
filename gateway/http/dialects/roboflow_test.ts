import assert from "node:assert/strict";
import { createTestApp } from "../../../testing/app_harness.ts";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { testFile } from "../../../testing/harness.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { json } from "../../../testing/towers/replies.ts";
import { roboflow } from "./roboflow.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 200 };
const ONE = Uint8Array.of(1);
const IMAGE = { type: "base64", value: "AQ==" };
const CAT = await testFile("photos/cat.jpg");
const KEY = "a-key-of+test-0123456";

const decode = (value: unknown) => roboflow.decode(encodedRequest(value), LIMITS);

Deno.test("roboflow.decode() reads images and texts, one or several, and the model", () => {
  for (
    const [value, inputs, modality] of [
      [{ image: IMAGE }, [ONE], "image"],
      [{ image: [IMAGE, IMAGE], prompt: null }, [ONE, ONE], "image"],
      [{ text: "a cat" }, ["a cat"], "text"],
      [{ text: ["a cat", "data:image/png;base64,AQ=="] }, ["a cat", ONE], ["text", "image"]],
    ] as const
  ) {
    const request = decode(value);
    assert.deepEqual([request.inputs, request.modality], [inputs, modality]);
  }
  assert.equal(decode({ text: "a", clip_version_id: "ViT-B-32" }).model, "ViT-B-32");
});

for (
  const [value, code, message] of [
    [{}, "invalid_body", /text must be a string or a list of them/],
    [{ image: "AQ==" }, "invalid_body", /image\.0 must be an object$/],
    [
      { image: [IMAGE, { type: "url", value: "https://a/" }] },
      "invalid_body",
      /image\.1\.type must be base64$/,
    ],
    [{ image: { type: "base64" } }, "invalid_body", /image\.0\.value must be a string$/],
    [{ image: [] }, "invalid_body", /at least one$/],
    [{ image: { ...IMAGE, value: "*" } }, "invalid_base64", /must be base64/],
    [{ image: [IMAGE, IMAGE, IMAGE] }, "too_many_images", /must be ≤ 2/],
  ] as const
) {
  Deno.test(`roboflow.decode() answers ${code} for ${JSON.stringify(value)}`, () => {
    const error = thrownBy(() => decode(value));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

Deno.test("Roboflow's clients get the vectors of /embed with their key in the query, which nothing keeps", async () => {
  await using app = await createTestApp({ apiKeys: [KEY] });
  const value = CAT.toBase64();
  const headers = { authorization: `Bearer ${KEY}` };
  const { embedding } = await (await app.request("/embed", json({ image: value }, headers))).json();
  const query = `?api_key=${encodeURIComponent(KEY)}`;
  const image = { type: "base64", value };
  const good = await app.request(`/clip/embed_image${query}`, json({ image }));
  assert.deepEqual(await good.json(), { embeddings: [embedding] });
  for (
    const [path, body, status] of [
      ["/clip/embed_image", { image }, 401],
      ["/clip/embed_image?api_key=guessed-key-0123456", { image }, 401],
      [`/clip/embed_image${query}`, { image, clip_version_id: "nope" }, 404],
      [`/clip/embed_image${query}`, {}, 400],
      [`/clip/embed_text${query}`, { text: "a cat" }, 400],
    ] as const
  ) {
    const response = await app.request(path, json(body));
    assert.equal(response.status, status);
    const { message } = await response.json();
    assert.equal(typeof message, "string");
    assert.equal(message.includes(KEY), false);
  }
  assert.equal(JSON.stringify(app.telemetry.requests).includes("api_key"), false);
});
