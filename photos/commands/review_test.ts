import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testPosix } from "../../testing/platform_tests.ts";
import { photosTrial } from "../../testing/photos_task.ts";
import { TASKS } from "../../testing/task.ts";

Deno.test("photos review needs a library, and a port that is one", async () => {
  await using trial = await photosTrial("cat.jpg");
  const none = await trial.run("review", ".");
  assert.equal(none.code, 1);
  assert.match(none.err, /^There is no library in .*: scan the photos first/);
  const port = await trial.run("review", ".", "--port", "70000");
  assert.equal(port.code, 64);
  assert.match(port.err, /^--port must be an integer from 0 to 65535: it is 70000/);
});

testPosix(
  "photos review prints its address, serves until it is interrupted, and exits 0",
  async () => {
    await using trial = await photosTrial("cat.jpg");
    await trial.run("scan", ".");
    // As deno.json has it, without the shell between, which would keep the signal.
    const [, ...args] = (TASKS.photos?.command ?? "").split(" ").slice(1);
    await using process = new Deno.Command(Deno.execPath(), {
      args: [...args, "review", trial.path, "--json"],
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      env: { INIT_CWD: trial.path },
      ...{ stdin: "null", stdout: "piped", stderr: "inherit" },
    }).spawn();
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { url } = JSON.parse((await reader.read()).value ?? "{}");
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>Photo review<\/title>/);
    process.kill("SIGINT");
    assert.equal((await process.status).code, 0);
    await reader.cancel();
  },
);
