import assert from "node:assert/strict";
import { valuesSchema } from "./values_schema.ts";

const SETTINGS = [
  { env: "GATEWAY_SLOTS", doc: "Inputs in flight" },
  { env: "GATEWAY_ENGINE", doc: "What computes" },
];

Deno.test("valuesSchema() has the settings that a user may choose, and no others", () => {
  const { settings } = JSON.parse(valuesSchema(SETTINGS)).properties;
  assert.deepEqual(settings.properties, {
    GATEWAY_SLOTS: { type: "string", description: "Inputs in flight" },
  });
  assert.equal(settings.additionalProperties, false);
});

Deno.test("valuesSchema() lets no object have more than it names, but for names of resources", () => {
  const open: string[] = [];
  JSON.parse(valuesSchema(SETTINGS), (key, value) => {
    if (value?.type === "object" && value.additionalProperties !== false) open.push(key);
    return value;
  });
  assert.deepEqual(new Set(open), new Set(["requests", "limits", "quota"]));
});
