import assert from "node:assert/strict";
import { durationSeconds, readComposeFile, servicesOf } from "./compose_file.ts";

const FILE = `
x-base: &base
  image: \${IMAGE:-a:1}
services:
  one: { <<: *base, profiles: [p] }
  two: { <<: *base, command: ["echo", "$$HOME"] }
`;

Deno.test("readComposeFile() merges, replaces variables and names them", () => {
  const file = readComposeFile(FILE, { IMAGE: "b:2" });
  assert.equal(file.services.one?.image, "b:2");
  assert.deepEqual(file.variables, ["IMAGE"]);
});

Deno.test("readComposeFile() takes defaults for what is not set", () => {
  const file = readComposeFile(FILE);
  assert.equal(file.services.two?.image, "a:1");
});

Deno.test("servicesOf() starts what has no profile, and what has one of those asked for", () => {
  const file = readComposeFile(FILE);
  assert.deepEqual(Object.keys(servicesOf(file, [])), ["two"]);
  assert.deepEqual(Object.keys(servicesOf(file, ["p", "q"])), ["one", "two"]);
});

Deno.test("durationSeconds() adds the parts", () => {
  assert.equal(durationSeconds("1h2m3s"), 3723);
  assert.equal(durationSeconds(), 0);
  assert.throws(() => durationSeconds("5 minutes"), SyntaxError);
});
