/** The gateway is the same program with the same flags wherever it is started. */
import assert from "node:assert/strict";
import { GATEWAY_COMMAND } from "./child_gateway.ts";

const COMMAND = `deno ${GATEWAY_COMMAND}`;

function readText(path: string): Promise<string> {
  return Deno.readTextFile(new URL(`../${path}`, import.meta.url));
}

Deno.test("`deno task start` runs the command that tests and benchmarks run", async () => {
  const { tasks } = JSON.parse(await readText("deno.json"));
  assert.ok(tasks.start.endsWith(COMMAND), tasks.start);
});

Deno.test("the image runs that command, and downloads nothing", async () => {
  const [, json = ""] = /^ENTRYPOINT (.+)$/m.exec(await readText("Dockerfile.gateway")) ?? [];
  const words: string[] = JSON.parse(json);
  const [, command = ""] = /^exec (.*) "\$@"$/.exec(words.at(-2) ?? "") ?? [];
  const offline = " --cached-only --node-modules-dir=manual";
  assert.ok(command.includes(offline), json);
  assert.equal(command.replace(offline, ""), COMMAND);
});
