import assert from "node:assert/strict";
import fc from "fast-check";
import { integer, oneOf, pattern, secretList } from "./config_field.ts";

const TEXT = { env: "GATEWAY_X", default: "5", unit: "ms", doc: "A thing" };

Deno.test("integer() reads decimal digits within its bounds, and nothing else", () => {
  const field = integer(TEXT, 1, 100);
  assert.equal(field.allowed, "1–100");
  fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), (value) => {
    assert.equal(field.parse(String(value)), value);
  }));
  const message = "must be an integer from 1 to 100";
  for (
    const text of [
      "",
      "0",
      "101",
      "-5",
      "+5",
      "5.0",
      "5e0",
      "0x5",
      " 5",
      "5 ",
      "five",
      "9".repeat(16),
    ]
  ) {
    assert.throws(() => field.parse(text), { name: "RangeError", message }, JSON.stringify(text));
  }
});

Deno.test("oneOf() reads one of its words, to the letter", () => {
  const field = oneOf(TEXT, ["auto", "on", "off"]);
  assert.equal(field.parse("off"), "off");
  assert.equal(field.allowed, "auto, on, off");
  for (const text of ["", "ON", "on ", "auto,on"]) {
    assert.throws(() => field.parse(text), { message: "must be one of auto, on, off" }, text);
  }
});

Deno.test("pattern() reads text of its form and says in words what that is", () => {
  const field = pattern(TEXT, /^[a-z]+$/, "small letters");
  assert.equal(field.parse("abc"), "abc");
  assert.equal(field.allowed, "small letters");
  assert.throws(() => field.parse("aBc"), { message: "must be small letters" });
});

Deno.test("secretList() reads keys around commas, and none from nothing", () => {
  const field = secretList(TEXT);
  const [first, second] = ["k".repeat(16), "~".repeat(256)];
  assert.deepEqual(field.parse(""), []);
  assert.deepEqual(field.parse(first), [first]);
  assert.deepEqual(field.parse(`${first} , ${second}`), [first, second]);
  assert.equal(field.isSecret, true);
});

Deno.test("secretList() refuses keys that are short, long or not printable, without repeating them", () => {
  const field = secretList(TEXT);
  const keys = [
    "short",
    "k".repeat(15),
    "k".repeat(257),
    "k".repeat(16) + " k",
    "schlüssel".repeat(3),
  ];
  for (const key of [...keys, `${"k".repeat(16)},`, ","]) {
    assert.throws(() => field.parse(key), (error: Error) => {
      return /^must be keys of/.test(error.message) &&
        (key === "," || !error.message.includes(key));
    }, key);
  }
});

Deno.test("fields carry their text along, and only keys are secret", () => {
  const fields = [integer(TEXT, 1, 9), oneOf(TEXT, ["5"]), pattern(TEXT, /./, "any")];
  for (const { env, unit, doc, isSecret } of fields) {
    assert.deepEqual({ env, unit, doc, isSecret }, {
      env: "GATEWAY_X",
      unit: "ms",
      doc: "A thing",
      isSecret: false,
    });
  }
});
