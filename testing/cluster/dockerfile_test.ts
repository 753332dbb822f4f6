import assert from "node:assert/strict";
import { parseCopy, parseDockerfile, planImage } from "./dockerfile.ts";

const read = async (name: string) =>
  parseDockerfile(await Deno.readTextFile(new URL(`../../${name}`, import.meta.url)));

Deno.test("parseDockerfile() joins continued lines, and leaves comments out", () => {
  assert.deepEqual(parseDockerfile("# one\nRUN a \\\n    # two\n    && b\n\nuser 1:1\n"), [
    { name: "RUN", value: "a && b" },
    { name: "USER", value: "1:1" },
  ]);
});

Deno.test("planImage() gives each step its folder and variables", () => {
  const { steps, config } = planImage(
    parseDockerfile('ARG A=1\nENV B=2 C=${B}3\nWORKDIR /app\nRUN x\nENTRYPOINT ["y"]'),
    { Env: ["PATH=/bin"] },
    { A: "9" },
  );
  assert.deepEqual(steps, [{
    instruction: { name: "RUN", value: "x" },
    workingDir: "/app",
    env: ["A=9", "PATH=/bin", "B=2", "C=23"],
  }]);
  assert.deepEqual(config, {
    Entrypoint: ["y"],
    Env: ["PATH=/bin", "B=2", "C=23"],
    WorkingDir: "/app",
    User: "0:0",
    StopSignal: "SIGTERM",
  });
});

Deno.test("planImage() takes all of both Dockerfiles, which run as user 1000", async () => {
  for (const name of ["Dockerfile.gateway", "Dockerfile.triton"]) {
    const { steps, config } = planImage(await read(name), { Env: [] }, {});
    assert.equal(config.User, "1000:1000");
    assert.ok(config.Entrypoint.length > 1);
    for (const { instruction } of steps.filter((step) => step.instruction.name === "COPY")) {
      const { sources } = parseCopy(instruction.value);
      for (const path of sources) await Deno.stat(new URL(`../../${path}`, import.meta.url));
    }
  }
});

Deno.test("planImage() refuses what it does not know", () => {
  assert.throws(
    () => planImage([{ name: "ADD", value: "a b" }], { Env: [] }, {}),
    /Cannot build an image as its Dockerfile says ADD a b/,
  );
});

Deno.test("parseCopy() reads modes and owners, and refuses other options", () => {
  assert.deepEqual(parseCopy("--chmod=0755 --chown=1:2 a b ./c/"), {
    sources: ["a", "b"],
    target: "./c/",
    mode: "0755",
    owner: "1:2",
  });
  assert.throws(() => parseCopy("--from=x a b"), /COPY --from=x a b/);
});
