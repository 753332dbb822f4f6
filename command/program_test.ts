import assert from "node:assert/strict";
import { oneOf, positive, UsageError } from "./program.ts";

Deno.test("positive() takes numbers above zero", () => {
  assert.equal(positive("rounds", "2.5"), 2.5);
  for (const text of ["0", "-1", "", "many", "NaN", "1e999"]) {
    assert.throws(() => positive("rounds", text), UsageError, text);
  }
});

Deno.test("oneOf() takes what is allowed", () => {
  assert.equal(oneOf("size", "640", ["224", "640"]), "640");
  assert.throws(
    () => oneOf("size", "0", ["224", "640"]),
    /^TypeError: --size must be of 224, 640: it is 0$/,
  );
  assert.throws(() => oneOf("SIZE", "0", ["224", "640"]), /^TypeError: SIZE must be of/);
});

/** Runs a program that runs so. */
async function run(...args: string[]): Promise<Deno.CommandOutput> {
  return await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "bench/report/render_main.ts", ...args],
    cwd: new URL("../", import.meta.url),
  }).output();
}

Deno.test("runProgram() prints the help when asked", async () => {
  const { code, stdout } = await run("--help");
  assert.equal(code, 0);
  assert.match(new TextDecoder().decode(stdout), /^Usage: deno task bench:report/);
});

for (
  const [args, reason] of [[["--colour"], /^Unknown option '--colour'\n/], [
    [],
    /is needed/,
  ]] as const
) {
  Deno.test(`runProgram() refuses [${args}] with the reason and the usage`, async () => {
    const { code, stderr } = await run(...args);
    const text = new TextDecoder().decode(stderr);
    assert.equal(code, 64);
    assert.match(text, reason);
    assert.match(text, /^.+\n\nUsage: deno task bench:report.*(\n .*)*\n--help says more\.\n$/);
    assert.doesNotMatch(text, /^ +at /m);
  });
}
