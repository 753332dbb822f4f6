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
  const file = readComposeFile(FILE, { variables: { IMAGE: "b:2" } });
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

const EXTENDING = `
services:
  one: !reset {}
  three:
    extends: { file: a.yml, service: two }
    environment: { A: own, C: own }
    depends_on: !override { one: { condition: service_started } }
    volumes: ["c:/c"]
`;
const EXTENDED = `
services:
  one: { image: "\${IMAGE:-a:1}" }
  two:
    image: b:2
    environment: { A: base, B: base }
    depends_on: [four]
    volumes: ["b:/b"]
`;

Deno.test("readComposeFile() extends services of other files, and overrides what is tagged", () => {
  const file = readComposeFile(EXTENDING, { files: { "a.yml": EXTENDED } });
  assert.deepEqual(file.services, {
    three: {
      image: "b:2",
      environment: { A: "own", B: "base", C: "own" },
      depends_on: { one: { condition: "service_started" } },
      volumes: ["b:/b", "c:/c"],
    },
  });
  assert.deepEqual(file.variables, ["IMAGE"]);
  assert.throws(
    () => readComposeFile(EXTENDING, { files: { "a.yml": "services: {}" } }),
    /Cannot extend two/,
  );
});

Deno.test("durationSeconds() adds the parts", () => {
  assert.equal(durationSeconds("1h2m3s"), 3723);
  assert.equal(durationSeconds(), 0);
  assert.throws(() => durationSeconds("5 minutes"), SyntaxError);
});
