/** What the unit promises; there is no systemd here that could start it, so its lines are read, and its command is run. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseConfig } from "../gateway/config/config.ts";
import { testLinux, testPosix } from "../testing/platform_tests.ts";

const ROOT = new URL("../", import.meta.url);
const PATH = "deploy/systemd/triton-edge-gateway.service";
const LINES = (await Deno.readTextFile(new URL(PATH, ROOT))).split("\n");
/** More than Deno takes to leave once the gateway has drained. */
const MARGIN_MS = 2000;

/** All values of a key, in order. */
function values(key: string): string[] {
  return LINES.filter((line) => line.startsWith(`${key}=`)).map((line) =>
    line.slice(key.length + 1)
  );
}

/** Variables that the unit itself sets. */
function environment(): Record<string, string> {
  const entries = values("Environment").flatMap((line) => line.split(" ")).map((part) => {
    const at = part.indexOf("=");
    return [part.slice(0, at), part.slice(at + 1)];
  });
  return Object.fromEntries(entries);
}

testLinux("the unit is one that systemd takes without a word", async () => {
  const args = ["verify", PATH];
  const verified = await new Deno.Command("systemd-analyze", { args, cwd: ROOT }).output()
    .catch((error) => {
      // Not on every machine that runs tests.
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    });
  if (verified === undefined) return;
  assert.equal(new TextDecoder().decode(verified.stderr), "");
  assert.equal(verified.code, 0);
});

Deno.test("the unit sets what the gateway accepts, and half of its memory for requests", () => {
  const settings = Object.entries(environment()).filter(([name]) => name.startsWith("GATEWAY_"));
  const { config, problems } = parseConfig(Object.fromEntries(settings));
  assert.deepEqual(problems, []);
  assert.equal(2 * config.memoryBytesMax, Number(values("MemoryMax")[0]));
});

Deno.test("the unit waits for a drain to its end, and does not start bad settings again", () => {
  const { config } = parseConfig({});
  const stopMs = Number(values("TimeoutStopSec")[0]) * 1000;
  assert.ok(stopMs > config.drainDelayMs + config.drainTimeoutMs + MARGIN_MS);
  assert.deepEqual(values("KillSignal"), ["SIGTERM"]);
  assert.deepEqual(values("RestartPreventExitStatus"), ["64"]);
});

testPosix(
  "the unit's command is one process that drains on SIGTERM, whatever folder it is called from",
  async () => {
    assert.deepEqual(values("ExecStart"), ["/bin/sh gateway/start.sh"]);
    const child = new Deno.Command("/bin/sh", {
      args: [fileURLToPath(new URL("gateway/start.sh", ROOT))],
      cwd: "/",
      clearEnv: true,
      env: {
        PATH: "/usr/bin:/bin",
        DENO: Deno.execPath(),
        GATEWAY_PORT: "0",
        GATEWAY_ISOLATES: "1",
        GATEWAY_DECODE_WORKERS: "1",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let log = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const isFirst = !log.includes('"listening"');
      log += text;
      if (isFirst && log.includes('"listening"')) child.kill("SIGTERM");
    }
    assert.match(log, /"message":"stopped".*"isClean":true/);
    assert.equal((await child.status).code, 0);
  },
);

testPosix("the unit's command says that there is no Deno", async () => {
  const { code, stderr } = await new Deno.Command("/bin/sh", {
    args: ["gateway/start.sh"],
    cwd: ROOT,
    env: { DENO: "/nowhere/deno" },
  }).output();
  assert.equal(code, 1);
  assert.equal(
    new TextDecoder().decode(stderr),
    "Cannot start: there is no /nowhere/deno; DENO names another one\n",
  );
});
