import assert from "node:assert/strict";
import { compareEmbedding, readPhotoRequests } from "./photo_folder.ts";

const EXPECTED = Float32Array.from({ length: 512 }, (_, index) => Math.sin(index));
/** As in a reply: anywhere in a buffer. */
const bodyOf = (values: Float32Array) => {
  const bytes = new Uint8Array(values.byteLength + 3);
  bytes.set(new Uint8Array(values.buffer), 3);
  return bytes.subarray(3);
};

Deno.test("compareEmbedding() tells bits, rounding and other photos apart", () => {
  const near = EXPECTED.map((value) => value * 1.000001);
  const other = EXPECTED.map((value, index) => index < 40 ? -value : value);
  const notFinite = EXPECTED.map((value, index) => index === 7 ? NaN : value);
  assert.equal(compareEmbedding(bodyOf(EXPECTED), EXPECTED), "same");
  assert.equal(compareEmbedding(bodyOf(near), EXPECTED), "near");
  assert.equal(compareEmbedding(bodyOf(other), EXPECTED), "wrong");
  assert.equal(compareEmbedding(bodyOf(notFinite), EXPECTED), "wrong");
  assert.equal(compareEmbedding(bodyOf(EXPECTED).subarray(4), EXPECTED), "wrong");
});

Deno.test("readPhotoRequests() asks for a model by name, or leaves the choice", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(`${folder}/a.jpg`, new Uint8Array(1));
  const lineOf = (model?: string) => {
    const [request] = readPhotoRequests(folder, { host: "gateway", model });
    return new TextDecoder().decode(request?.bytes).split("\r\n")[0];
  };
  assert.deepEqual([lineOf(), lineOf("b")], [
    "POST /embed HTTP/1.1",
    "POST /embed?model=b HTTP/1.1",
  ]);
  await Deno.remove(folder, { recursive: true });
});
