import assert from "node:assert/strict";
import { parseConfig } from "./config.ts";
import { TEXT_FIELDS, textsMax } from "./text_fields.ts";

Deno.test("TEXT_FIELDS take what people paste unless they are set", () => {
  const { config, problems } = parseConfig({});
  assert.deepEqual(problems, []);
  assert.deepEqual([config.requestTextsMax, config.textCharactersMax], [128, 5000]);
});

Deno.test("TEXT_FIELDS refuse limits of nothing", () => {
  for (const { env } of Object.values(TEXT_FIELDS)) {
    const { problems } = parseConfig({ [env]: "0" });
    assert.equal(problems.length, 1, env);
    assert.match(problems[0] ?? "", new RegExp(`^${env} must be an integer from 1 to `));
  }
});

Deno.test("textsMax() is no more than there are slots", () => {
  assert.equal(textsMax({ requestTextsMax: 128, slots: 256 }), 128);
  assert.equal(textsMax({ requestTextsMax: 128, slots: 32 }), 32);
});
