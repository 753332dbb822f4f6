/** Every task that runs a program says what it does, and takes no argument that it does not know. */
import assert from "node:assert/strict";
import { TASKS } from "../testing/task.ts";

const ROOT = new URL("../", import.meta.url);
/** Tasks that run a program of this repository, by themselves or by another task; the others are Deno's own commands. */
const programs = Object.entries(TASKS)
  .filter(([, { command }]) => /\bdeno (run|task) /.test(command))
  .map(([name]) => name);

async function run(name: string, argument: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", name, argument],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const [text = "", complaint = ""] = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  return { code, text, complaint };
}

Deno.test("tasks have programs", () => assert.ok(programs.length > 25));

for (const name of programs) {
  Deno.test(`deno task ${name} --help`, async () => {
    const { code, text, complaint } = await run(name, "--help");
    assert.equal(code, 0, complaint);
    assert.match(text, new RegExp(`deno task ${name}( |$)`, "m"));
  });

  Deno.test(`deno task ${name} refuses an option that it does not know`, async () => {
    const { code, text, complaint } = await run(name, "--no-such-option");
    assert.equal(code, 64, complaint);
    assert.match(text + complaint, /no-such-option/);
    assert.doesNotMatch(complaint, /^ +at /m);
  });
}
