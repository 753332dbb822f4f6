/** The gateway is the same program with the same flags wherever it is started. */
import assert from "node:assert/strict";
import { GATEWAY_COMMAND } from "./child_gateway.ts";

const COMMAND = `deno ${GATEWAY_COMMAND}`;

function readText(path: string): Promise<string> {
  return Deno.readTextFile(new URL(`../${path}`, import.meta.url));
}

Deno.test("`deno task start` runs the command that tests and benchmarks run", async () => {
  const { tasks } = JSON.parse(await readText("deno.json"));
  // Without a shell, as on Windows, it has wider grants and the same flags.
  const [, grants = "", flags] = /^deno run -q \$\(sh gateway\/command.sh( \|\| echo (.*))?\)$/
    .exec(tasks.start.replace("ORT_DISABLE_TELEMETRY=1 ", "")) ?? [];
  assert.equal(tasks.start.replace("ORT_DISABLE_TELEMETRY=1 ", "").replace(grants, ""), COMMAND);
  const script = await readText("gateway/command.sh");
  for (const flag of flags?.match(/--(?:v8-flags|unstable)\S*/g) ?? []) {
    assert.ok(script.includes(flag), flag);
  }
});

Deno.test("the image runs that command, and downloads nothing", async () => {
  const [, json = ""] = /^ENTRYPOINT (.+)$/m.exec(await readText("Dockerfile.gateway")) ?? [];
  const words: string[] = JSON.parse(json);
  const [, command = ""] = /^exec (.*) "\$@"$/.exec(words.at(-2) ?? "") ?? [];
  const offline = " --cached-only --node-modules-dir=manual";
  assert.ok(command.includes(offline), json);
  assert.equal(command.replace(offline, ""), COMMAND);
});
