import assert from "node:assert/strict";
import { JsonText } from "./json_text.ts";

const text = ({ bytes }: JsonText) => new TextDecoder().decode(bytes);

Deno.test("JsonText puts text and floats one behind the other", () => {
  const json = new JsonText(2);
  json.add('{"a":[');
  json.addFloats(Float32Array.of(0.5, -2));
  json.add('],"b":"é"}');
  assert.deepEqual(JSON.parse(text(json)), { a: [0.5, -2], b: "é" });
});

Deno.test("JsonText grows when there is more text than it was made for", () => {
  const json = new JsonText(0);
  const long = "ß".repeat(5000);
  json.add(JSON.stringify(long));
  json.add(",");
  json.addFloats(new Float32Array(1000).fill(0.25));
  assert.deepEqual(JSON.parse(`[${text(json)}]`), [long, ...Array(1000).fill(0.25)]);
});
