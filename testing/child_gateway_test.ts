/** The gateway is the same program with the same flags wherever it is started. */
import assert from "node:assert/strict";
import { GATEWAY_COMMAND } from "./child_gateway.ts";
import { TASKS } from "./task.ts";

const COMMAND = `deno ${GATEWAY_COMMAND}`;
/** Nothing is fetched, and no package installed. */
const OFFLINE = " --cached-only --node-modules-dir=manual";

function readText(path: string): Promise<string> {
  return Deno.readTextFile(new URL(`../${path}`, import.meta.url));
}

Deno.test("`deno task start` runs the command that tests and benchmarks run", () => {
  // Without a shell, as on Windows, a program prints the same; gateway/command_test.ts compares both.
  const fallback =
    / 2>\/dev\/null \|\| deno run -q --no-prompt --allow-env gateway\/command_main\.ts( repository)?/g;
  assert.equal(
    TASKS.start?.command.replace("ORT_DISABLE_TELEMETRY=1 ", "").replaceAll(fallback, ""),
    COMMAND,
  );
});

Deno.test("gateway/start.sh runs that command, and downloads nothing", async () => {
  const [, command = ""] = /^exec "\$\{DENO:-deno\}" (.*) "\$@"$/m
    .exec(await readText("gateway/start.sh")) ?? [];
  assert.equal(`deno ${command.replace(OFFLINE, "")}`, COMMAND);
  assert.ok(command.includes(OFFLINE), command);
});

Deno.test("the image runs that script", async () => {
  const [, json = ""] = /^ENTRYPOINT (.+)$/m.exec(await readText("Dockerfile.gateway")) ?? [];
  assert.deepEqual(JSON.parse(json), ["/tini", "--", "deploy/gateway/serve.sh"]);
  assert.match(await readText("deploy/gateway/serve.sh"), /^exec sh gateway\/start\.sh "\$@"$/m);
});
