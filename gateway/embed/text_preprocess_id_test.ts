import assert from "node:assert/strict";
import { rememberedTextId, textPreprocessId } from "./text_preprocess_id.ts";

const IDENTITY = {
  modelDigest: "a".repeat(64),
  tokenizerId: "clip-bpe-1-77",
  inputDatatype: "INT32",
};

Deno.test("textPreprocessId() is the same as ever for the same identity", () => {
  assert.equal(textPreprocessId(IDENTITY), "t1-f9b6c3dbaad5bfb1");
});

Deno.test("textPreprocessId() is another one with every part of the identity", () => {
  const ids = [
    IDENTITY,
    { ...IDENTITY, modelDigest: "b".repeat(64) },
    { ...IDENTITY, tokenizerId: "clip-bpe-1-64" },
    { ...IDENTITY, inputDatatype: "INT64" },
  ].map(textPreprocessId);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^t1-[0-9a-f]{16}$/);
});

Deno.test("rememberedTextId() follows the model, and computes an id once", () => {
  let identity = IDENTITY;
  const idOf = rememberedTextId(() => identity);
  const first = idOf();
  assert.equal(idOf(), first);
  identity = { ...IDENTITY, modelDigest: "b".repeat(64) };
  assert.equal(idOf(), textPreprocessId(identity));
  assert.notEqual(idOf(), first);
});
