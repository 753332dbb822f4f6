import assert from "node:assert/strict";
import type { ConfigField } from "./config_field.ts";
import { FIELDS } from "./config_fields.ts";

const ENTRIES: [string, ConfigField<unknown>][] = Object.entries(FIELDS);

Deno.test("FIELDS parse their own defaults", () => {
  for (const [key, field] of ENTRIES) {
    assert.doesNotThrow(() => field.parse(field.default), key);
  }
});

Deno.test("FIELDS have a name each, in the prefix of the gateway", () => {
  const names = ENTRIES.map(([, { env }]) => env);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^GATEWAY_[A-Z]+(_[A-Z]+)*$/);
});

Deno.test("FIELDS are documented in a sentence without a period, with what is allowed", () => {
  for (const [key, { doc, allowed }] of ENTRIES) {
    assert.match(doc, /^([A-Z]|gRPC).*[^.]$/, key);
    assert.ok(allowed.length > 0, key);
  }
});

Deno.test("FIELDS say the unit that their name ends in", () => {
  const units = { MS: "ms", BYTES: "bytes", PIXELS: "pixels", SECONDS: "s" };
  for (const [key, { env, unit }] of ENTRIES) {
    for (const [word, expected] of Object.entries(units)) {
      const words = env.replace("BYTES_PER_SECOND", "").split("_");
      if (words.includes(word)) assert.equal(unit, expected, key);
    }
  }
});

Deno.test("FIELDS of numbers refuse what lies one beyond their bounds", () => {
  const numbers = ENTRIES.filter(([, { allowed }]) => /^\d+–\d+$/.test(allowed));
  assert.ok(numbers.length >= 20);
  for (const [key, field] of numbers) {
    const [min = NaN, max = NaN] = field.allowed.split("–").map(Number);
    assert.equal(field.parse(String(min)), min, key);
    assert.equal(field.parse(String(max)), max, key);
    assert.throws(() => field.parse(String(min - 1)), RangeError, key);
    assert.throws(() => field.parse(String(max + 1)), RangeError, key);
  }
});
