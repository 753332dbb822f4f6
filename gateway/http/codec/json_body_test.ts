import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { parseJsonObject } from "./json_body.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseJsonObject(bytes(text));

for (
  const text of [
    "{}",
    ' {"images": ["QQ==", "Qg=="], "normalize": true}\n',
    '{"a": "quote \\" and brackets [[[[[[[[[[[[ {{{{{{{{{{{{"}',
    '{"a": "ends in a backslash \\\\", "b": "[[[[[[[[[["}',
    '{"a": "\\\\\\"[[[[[[[[[[[["}',
    '{"a": [[[[[[[1]]]]]]]}',
    '{"a": [[], [], [], [], [], [], [], [], []]}',
    '{"a": [{}, {}, {}, {}, {}, {}, {}, {}, {}]}',
    '{"ünïcødé": "\\u0041\\n"}',
    '\ufeff{"a": 1}',
  ]
) {
  Deno.test(`parseJsonObject() reads ${JSON.stringify(text)} as JSON.parse does`, () => {
    assert.deepEqual(parse(text), JSON.parse(text.replace("\ufeff", "")));
  });
}

Deno.test("parseJsonObject() leaves out fields that are null, and no null further inside", () => {
  const fields = parse('{"a": null, "b": [null, {"c": null}], "__proto__": null, "d": 0, "e": ""}');
  assert.deepEqual(fields, { b: [null, { c: null }], d: 0, e: "" });
  assert.deepEqual(Object.keys(parse('{"__proto__": {"a": 1}, "b": null}')), ["__proto__"]);
});

for (
  const text of [
    "{",
    "{}}",
    "not JSON",
    "{'a': 1}",
    '{"a": 1,}',
    '{"a": "unterminated',
    '{"a": "unterminated by an escape \\"',
    '{"a": NaN}',
    '{"a": 1} {"b": 2}',
  ]
) {
  Deno.test(`parseJsonObject() answers invalid_json for ${JSON.stringify(text)}`, () => {
    const error = thrownBy(() => parse(text));
    assert.equal(error.code, "invalid_json");
    assert.equal(error.message, "Cannot read body: it is not JSON in UTF-8");
  });
}

Deno.test("parseJsonObject() answers invalid_json for what is not UTF-8", () => {
  const latin1 = new Uint8Array([...bytes('{"a": "'), 0xe4, ...bytes('"}')]);
  assert.equal(thrownBy(() => parseJsonObject(latin1)).code, "invalid_json");
});

for (const text of ["null", "1", '"text"', "true", "[]", '[{"images": []}]']) {
  Deno.test(`parseJsonObject() answers invalid_body for ${text}`, () => {
    assert.equal(thrownBy(() => parse(text)).code, "invalid_body");
  });
}

Deno.test("parseJsonObject() keeps no cause, since JSON.parse quotes the body", () => {
  const error = thrownBy(() => parse('{"images": [SECRET-PAYLOAD]}'));
  assert.equal(error.code, "invalid_json");
  assert.equal(error.cause, undefined);
});

Deno.test("parseJsonObject() keeps __proto__ an own field", () => {
  const value = parse('{"__proto__": {"isAdmin": true}}');
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal("isAdmin" in value, false);
});

for (
  const [what, text] of [
    ["nested 9 deep", `{"a": ${"[".repeat(8)}1${"]".repeat(8)}}`],
    ["5 MB of brackets", "[".repeat(5_000_000)],
    ["5 MB of braces behind an escaped quote", `{"\\"": ${"{".repeat(5_000_000)}`],
    ["a million keys", `{${'"a":1,'.repeat(1_000_000)}"b":1}`],
    ["a million commas", `[${",".repeat(1_000_000)}]`],
    ["a million colons", ":".repeat(1_000_000)],
    ["a million strings", `["a"${' "a"'.repeat(1_000_000)}]`],
    ["a million spaces", " ".repeat(1_000_000)],
    ["a number of a million digits", "1".repeat(1_000_000)],
    ["a million escaped quotes", `"${'\\"'.repeat(1_000_000)}"`],
  ] as const
) {
  Deno.test(`parseJsonObject() stops before JSON.parse at ${what}`, () => {
    const body = bytes(text);
    const error = thrownBy(() => parseJsonObject(body));
    assert.equal(error.code, "invalid_json");
    assert.equal(
      error.message,
      "Cannot read body as its JSON must nest ≤ 8 deep and hold ≤ 65536 characters outside strings",
    );
  });
}

Deno.test("parseJsonObject() reads 32 images of a megabyte", () => {
  const image = "A".repeat(1_000_000);
  const images = Array.from({ length: 32 }, () => image);
  assert.deepEqual(parse(JSON.stringify({ images })), { images });
});

Deno.test("parseJsonObject() takes a text of the default length that is all quotes", () => {
  const text = '"'.repeat(5000);
  const body = new TextEncoder().encode(JSON.stringify({ text }));
  assert.deepEqual(parseJsonObject(body), { text });
});
