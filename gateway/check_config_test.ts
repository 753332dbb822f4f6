import assert from "node:assert/strict";
import { checkConfig, oneLine } from "./check_config.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";
import { parseConfig } from "./config/config.ts";

const check = (env: Record<string, string>) => checkConfig(parseConfig(env).config);

Deno.test("checkConfig() gives an environment that is what the first one comes to", async () => {
  const { lines, problems } = await check({ GATEWAY_PORT: "0", GATEWAY_SLOTS: "77" });
  assert.deepEqual(problems, []);
  const entries = lines.filter((line) => !line.startsWith("#")).map((line) => line.split("="));
  const again = parseConfig(Object.fromEntries(entries));
  assert.deepEqual(again.problems, []);
  assert.equal(again.config.slots, 77);
  const comments = lines.filter((line) => line.startsWith("#"));
  assert.ok(comments.includes("# from 0: a free one, chosen at the start"), comments.join("\n"));
  assert.equal(
    (await checkConfig(again.config)).lines.filter((line) => !line.startsWith("#")).join(),
    entries.map((entry) => entry.join("=")).join(),
  );
});

Deno.test("checkConfig() gives a problem a line, and nothing else", async () => {
  const { lines, problems } = await check({ GATEWAY_MODEL_REPOSITORY: "/nowhere" });
  assert.deepEqual(lines, []);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /^[^\n]*\/nowhere[^\n]*$/);
});

Deno.test("checkConfig() finds that a text model's vocabulary is missing, or another one", async () => {
  await using repository = await towerRepository();
  const env = {
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: `${TOWERS.image},${TOWERS.text}`,
  };
  assert.deepEqual((await check(env)).problems, []);
  const vocabulary = `${repository.path}/${TOWERS.text}/vocabulary.txt`;
  await Deno.writeTextFile(vocabulary, "other");
  assert.match((await check(env)).problems.join(), /towers_text.* SHA-256 of .*vocabulary\.txt/);
  await Deno.remove(vocabulary);
  assert.match((await check(env)).problems.join(), /towers_text: there is no .*vocabulary\.txt/);
});

Deno.test("oneLine() joins the lines of a message", () => {
  assert.equal(oneLine(new Error("bad:\n  → at a\n  → at b\n")), "bad: → at a → at b");
  assert.equal(oneLine("as it is"), "as it is");
});
