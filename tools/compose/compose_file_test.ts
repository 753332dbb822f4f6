import assert from "node:assert/strict";
import { durationSeconds, readComposeFile, servicesOf } from "./compose_file.ts";

const FILE = `
x-base: &base
  image: \${IMAGE:-a:1}
services:
  one: { <<: *base, profiles: [p] }
  two: { <<: *base, command: ["echo", "$$HOME"] }
`;

Deno.test("readComposeFile() merges, replaces variables and names them", async () => {
  const file = await readComposeFile(FILE, { IMAGE: "b:2" });
  assert.equal(file.services.one?.image, "b:2");
  assert.deepEqual(file.variables, ["IMAGE"]);
});

Deno.test("readComposeFile() takes defaults for what is not set", async () => {
  const file = await readComposeFile(FILE);
  assert.equal(file.services.two?.image, "a:1");
});

for (
  const [name, text] of [
    ["an unknown key", "services: { a: { image: x, imagee: y } }"],
    ["a wrong type", "services: { a: { image: x, read_only: [] } }"],
    ["an unknown section", "service: {}"],
  ] as const
) {
  Deno.test(`readComposeFile() refuses ${name}`, async () => {
    await assert.rejects(readComposeFile(text), SyntaxError);
  });
}

Deno.test("servicesOf() starts what has no profile, and what has one of those asked for", async () => {
  const file = await readComposeFile(FILE);
  assert.deepEqual(Object.keys(servicesOf(file, [])), ["two"]);
  assert.deepEqual(Object.keys(servicesOf(file, ["p", "q"])), ["one", "two"]);
});

Deno.test("durationSeconds() adds the parts", () => {
  assert.equal(durationSeconds("1h2m3s"), 3723);
  assert.equal(durationSeconds(), 0);
  assert.throws(() => durationSeconds("5 minutes"), SyntaxError);
});
