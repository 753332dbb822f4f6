import assert from "node:assert/strict";
import { z } from "zod";
import { SchemaShelf } from "./json_schema.ts";

const GATEWAY = {
  limits: { request_images: 2, request_texts: 3, text_characters: 50, image_bytes: 1000 },
  dims: [8],
  defaults: { orient: "exif" },
};

Deno.test("addRequest() lets fields be null that may be left out, and those that nobody knows", () => {
  const shelf = new SchemaShelf(GATEWAY);
  const schema = z.strictObject({ a: z.string(), b: z.number().optional() });
  assert.deepEqual(shelf.addRequest("one.request", schema), {
    $ref: "#/components/schemas/one.request",
  });
  assert.deepEqual(shelf.schemas["one.request"], {
    type: "object",
    properties: { a: { type: "string" }, b: { anyOf: [{ type: "number" }, { type: "null" }] } },
    required: ["a"],
    additionalProperties: { type: "null" },
  });
});

Deno.test("addRequest() leaves a field that can only be left out to null", () => {
  const shelf = new SchemaShelf(GATEWAY);
  const schema = z.union([z.object({ a: z.never().optional() }), z.object({ a: z.string() })]);
  shelf.addRequest("one.request", schema);
  const { anyOf } = shelf.schemas["one.request"] as { anyOf: { properties: unknown }[] };
  assert.deepEqual(anyOf[0]?.properties, { a: { type: "null" } });
});

Deno.test("add() puts the limits in effect in the place of their names", () => {
  const shelf = new SchemaShelf(GATEWAY);
  const limited = (limit: string, schema: z.ZodType) => shelf.inline(limit, schema.meta({ limit }));
  assert.deepEqual(limited("request_images", z.array(z.string())).maxItems, 2);
  assert.deepEqual(limited("request_inputs", z.array(z.string())).maxItems, 5);
  assert.deepEqual(limited("text_characters", z.string()).maxLength, 50);
  assert.match(String(limited("image_bytes", z.string()).description), /at most 1000 bytes/);
  assert.deepEqual(limited("dimensions", z.int()).enum, [0, 8]);
  assert.deepEqual(limited("unknown", z.array(z.string())), {
    type: "array",
    items: { type: "string" },
  });
});

Deno.test("add() has a setting's default, and else the option's", () => {
  const shelf = new SchemaShelf(GATEWAY);
  const of = (option: string) => shelf.inline("", z.string().meta({ option })).default;
  assert.deepEqual(["orient", "decode", "normalize", "none"].map(of), [
    "exif",
    "exact",
    true,
    undefined,
  ]);
});

Deno.test("add() puts schemas with an id, and recursive ones, beside all others", () => {
  const shelf = new SchemaShelf(GATEWAY);
  const tree: z.ZodType = z.object({ kids: z.array(z.lazy(() => tree)) });
  shelf.add("a.reply", z.object({ word: z.string().meta({ id: "a_word" }), tree }));
  assert.deepEqual(shelf.schemas.a_word, { type: "string" });
  const [recursive = ""] = Object.keys(shelf.schemas).filter((name) => name.includes("__"));
  assert.match(recursive, /^a\.reply\.__/);
  assert.ok(JSON.stringify(shelf.schemas[recursive]).includes(`schemas/${recursive}"`));
});
