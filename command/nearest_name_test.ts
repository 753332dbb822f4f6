import assert from "node:assert/strict";
import { SETTING_NAMES } from "../gateway/config/config.ts";
import { nearestName } from "./nearest_name.ts";

for (
  const [name, meant] of [
    ["GATEWAY_PROT", "GATEWAY_PORT"],
    ["GATEWAY_SLOT", "GATEWAY_SLOTS"],
    ["GATEWAY_port", "GATEWAY_PORT"],
    ["GATEWAY_MODEL_REPO", "GATEWAY_MODEL_REPOSITORY"],
    ["GATEWAY_API_KEY", "GATEWAY_API_KEYS"],
    ["GATEWAY_MAX_BODY_BYTES", "GATEWAY_BODY_BYTES_MAX"],
    ["GATEWAY_TRITON_URI", "GATEWAY_TRITON_URL"],
    ["GATEWAY_WEATHER_FORECAST", undefined],
    ["GATEWAY_", undefined],
  ] as const
) {
  Deno.test(`nearestName() takes ${name} for ${meant ?? "nothing that is known"}`, () => {
    assert.equal(nearestName(name, SETTING_NAMES), meant);
  });
}

Deno.test("nearestName() takes two swapped digits of a short name for a slip", () => {
  const models = ["dct_512", "vit_b32"];
  assert.equal(nearestName("dct_521", models), "dct_512");
  assert.equal(nearestName("resnet", models), undefined);
});

Deno.test("nearestName() takes the beginning of one name alone for it, in capitals or not", () => {
  const models = ["dct_512", "vit_b32", "vit_b32_int8"];
  assert.equal(nearestName("dct", models), "dct_512");
  assert.equal(nearestName("DCT", models), "dct_512");
  assert.equal(nearestName("vit", models), undefined);
});
