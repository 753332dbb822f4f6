import assert from "node:assert/strict";
import { parseConfig } from "./config.ts";
import { parseModelAlias, parseModelRef } from "./model_names.ts";

/** What is served, and what is wrong with that. */
function parsed(env: Record<string, string>) {
  const { config, problems } = parseConfig(env);
  return { models: config.models, problems };
}

Deno.test("GATEWAY_MODELS names what is served, and GATEWAY_MODEL does where it does not", () => {
  assert.deepEqual(parsed({}), { models: ["dct_512"], problems: [] });
  assert.deepEqual(parsed({ GATEWAY_MODEL: "a:7" }), { models: ["a:7"], problems: [] });
  assert.deepEqual(parsed({ GATEWAY_MODEL: "a", GATEWAY_MODELS: "" }), {
    models: ["a"],
    problems: [],
  });
  const several = { models: ["a", "b:2", "b:3"], problems: [] };
  assert.deepEqual(parsed({ GATEWAY_MODELS: "a, b:2 ,b:3" }), several);
  assert.deepEqual(parsed({ GATEWAY_MODELS: "a", GATEWAY_MODEL: "a" }).problems, []);
});

for (
  const [env, problem] of [
    [
      { GATEWAY_MODELS: "a,b", GATEWAY_MODEL: "c" },
      "GATEWAY_MODEL must be left out where GATEWAY_MODELS names what is served: " +
      "GATEWAY_MODEL is c, GATEWAY_MODELS is a,b",
    ],
    [{ GATEWAY_MODELS: "a,b,a" }, "GATEWAY_MODELS must name each model once: a,b,a repeats a"],
    [{ GATEWAY_MODELS: "b:2,b:2" }, "GATEWAY_MODELS must name each model once: b:2,b:2 repeats b"],
    [
      { GATEWAY_MODELS: "b,b:2" },
      "GATEWAY_MODELS must give b a version each time, as it names several",
    ],
    [
      { GATEWAY_MODELS: "a,b:2", GATEWAY_MODEL_ALIASES: "x=b,y=c" },
      "GATEWAY_MODEL_ALIASES must stand for models that are served, a, b:2: y=c does not",
    ],
    [
      { GATEWAY_MODELS: "b:2", GATEWAY_MODEL_ALIASES: "x=b:3" },
      "GATEWAY_MODEL_ALIASES must stand for models that are served, b:2: x=b:3 does not",
    ],
    [
      { GATEWAY_MODELS: "a,b:2", GATEWAY_MODEL_ALIASES: "b:3=a" },
      "GATEWAY_MODEL_ALIASES must not give a name that a served model has: b:3=a",
    ],
    [
      { GATEWAY_MODELS: "a", GATEWAY_MODEL_ALIASES: "x=a,x=a" },
      "GATEWAY_MODEL_ALIASES must give x once",
    ],
  ] as const
) {
  Deno.test(`parseConfig() says what is wrong with ${JSON.stringify(env)}`, () => {
    assert.deepEqual(parsed(env).problems, [problem]);
  });
}

Deno.test("models and aliases are read as settings have them", () => {
  assert.deepEqual(parseModelRef("a_1:20260701"), { name: "a_1", version: "20260701" });
  assert.deepEqual(parseModelRef("a"), { name: "a", version: undefined });
  assert.deepEqual(parseModelAlias("hf-hub:laion/CLIP-ViT-B-32=b:2"), {
    alias: "hf-hub:laion/CLIP-ViT-B-32",
    target: "b:2",
  });
});
