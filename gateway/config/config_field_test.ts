import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { integer, oneOf, pattern, secretList } from "./config_field.ts";

const ENV = "GATEWAY_X";
const DOC = "A thing";

Deno.test("integer() reads decimal digits within its bounds, and nothing else", () => {
  const field = integer(ENV, { default: 5, unit: "ms", range: [1, 100], doc: DOC });
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
  const field = oneOf(ENV, { default: "on", values: ["auto", "on", "off"], doc: DOC });
  assert.equal(field.parse("off"), "off");
  assert.equal(field.allowed, "auto, on, off");
  for (const text of ["", "ON", "on ", "auto,on"]) {
    assert.throws(() => field.parse(text), { message: "must be one of auto, on, off" }, text);
  }
});

Deno.test("pattern() reads text of its form and says in words what that is", () => {
  const field = pattern(ENV, {
    default: "abc",
    regex: /^[a-z]+$/,
    allowed: "small letters",
    doc: DOC,
  });
  assert.equal(field.parse("abc"), "abc");
  assert.equal(field.allowed, "small letters");
  assert.throws(() => field.parse("aBc"), { message: "must be small letters" });
});

Deno.test("secretList() reads keys around commas, and none from nothing", () => {
  const field = secretList(ENV, DOC);
  const [first, second] = ["k".repeat(16), "~".repeat(256)];
  assert.deepEqual(field.parse(""), []);
  assert.deepEqual(field.parse(first), [first]);
  assert.deepEqual(field.parse(`${first} , ${second}`), [first, second]);
  assert.equal(field.isSecret, true);
});

Deno.test("secretList() refuses keys that are short, long or not printable, without repeating them", () => {
  const field = secretList(ENV, DOC);
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
  const fields = [
    integer(ENV, { default: 5, unit: "ms", range: [1, 9], doc: DOC }),
    oneOf(ENV, { default: "5", values: ["5"], doc: DOC }),
    pattern(ENV, { default: "5", regex: /./, allowed: "any", doc: DOC }),
  ];
  assert.deepEqual(fields.map(({ unit }) => unit), ["ms", undefined, undefined]);
  for (const { env, default: text, doc, isSecret } of fields) {
    assert.deepEqual({ env, text, doc, isSecret }, {
      env: "GATEWAY_X",
      text: "5",
      doc: "A thing",
      isSecret: false,
    });
  }
});
