/** The gateway is the same program with the same flags wherever it is started. */
import assert from "node:assert/strict";
import { GATEWAY_COMMAND } from "./child_gateway.ts";

const COMMAND = `deno ${GATEWAY_COMMAND.join(" ")}`;

function readText(path: string): Promise<string> {
  return Deno.readTextFile(new URL(`../${path}`, import.meta.url));
}

Deno.test("`deno task start` runs the command that tests and benchmarks run", async () => {
  const { tasks } = JSON.parse(await readText("deno.json"));
  assert.ok(tasks.start.endsWith(COMMAND), tasks.start);
});

Deno.test("the image runs that command, and asks and downloads nothing", async () => {
  const [, json = ""] = /^ENTRYPOINT (.+)$/m.exec(await readText("Dockerfile.gateway")) ?? [];
  const offline = new Set(["--no-prompt", "--cached-only", "--node-modules-dir=manual"]);
  const words: string[] = JSON.parse(json);
  assert.ok(words.filter((word) => !offline.has(word)).join(" ").endsWith(COMMAND), json);
});
