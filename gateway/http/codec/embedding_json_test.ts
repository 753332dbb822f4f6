import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { GatewayError } from "../../contract/errors.ts";
import { addEmbedding, addList, assertEmbedding, jsonResponse } from "./embedding_json.ts";
import { JsonText } from "./json_text.ts";

const ROW = Float32Array.of(0.375, -1);

async function written(add: (json: JsonText) => void): Promise<unknown> {
  const json = new JsonText(2);
  add(json);
  const response = jsonResponse(json);
  assert.equal(response.headers.get("content-type"), "application/json");
  return await response.json();
}

Deno.test("addEmbedding() writes floats, or base64 of that row alone", async () => {
  assert.deepEqual(await written((json) => addEmbedding(json, ROW)), [0.375, -1]);
  const row = Float32Array.of(9, 0.375, -1, 9).subarray(1, 3);
  assert.equal(await written((json) => addEmbedding(json, row, "base64")), "AADAPgAAgL8=");
  const bytes = Int8Array.of(-128, 7);
  assert.deepEqual(await written((json) => addEmbedding(json, bytes)), [-128, 7]);
  assert.equal(await written((json) => addEmbedding(json, bytes, "base64")), "gAc=");
});

Deno.test("addList() puts commas between items, none around them", async () => {
  for (const items of [[], [ROW], [ROW, ROW, ROW]]) {
    const list = await written((json) => addList(json, items, () => json.add("1")));
    assert.deepEqual(list, items.map(() => 1));
  }
});

Deno.test("assertEmbedding() gives the row, or throws why there is none", () => {
  assert.equal(assertEmbedding(ROW), ROW);
  const error = new GatewayError("invalid_image", "Cannot decode image");
  assert.equal(thrownBy(() => assertEmbedding(error)), error);
  assert.throws(() => assertEmbedding(undefined), RangeError);
});
