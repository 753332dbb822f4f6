import assert from "node:assert/strict";
import { tokenizerId } from "./tokenizer_id.ts";

Deno.test("tokenizerId() tells vocabularies and contexts apart", () => {
  const id = tokenizerId({ vocabularySha256: "9fd6", contextLength: 77 });
  assert.equal(id, "clip-bpe-1-77-9fd6");
  assert.notEqual(tokenizerId({ vocabularySha256: "9fd6", contextLength: 64 }), id);
  assert.notEqual(tokenizerId({ vocabularySha256: "9fd7", contextLength: 77 }), id);
});
