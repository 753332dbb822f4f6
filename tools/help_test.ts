/** Every task that runs a program of its own says what it does. */
import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);
const { tasks }: { tasks: Record<string, string> } = JSON.parse(
  await Deno.readTextFile(new URL("deno.json", ROOT)),
);
/** Name of the task and how Deno runs its program. */
const programs = Object.entries(tasks).flatMap(([name, command]) => {
  const [, args] = /\bdeno (run .*main\.ts)$/.exec(command) ?? [];
  return args === undefined ? [] : [{ name, args: args.split(" ") }];
});

Deno.test("tasks have programs", () => assert.ok(programs.length > 10));

for (const { name, args } of programs) {
  Deno.test(`deno task ${name} --help`, async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args, "--help"],
      cwd: ROOT,
      stdin: "null",
    }).output();
    const [text, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.equal(code, 0, complaint);
    assert.match(text ?? "", new RegExp(`deno task ${name}( |$)`, "m"));
  });
}
