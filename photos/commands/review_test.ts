import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { exists } from "../../testing/exists.ts";
import { testLinux, testPosix } from "../../testing/platform_tests.ts";
import { type PhotosTrial, photosTrial } from "../../testing/photos_task.ts";
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

/** The task as deno.json has it, without the shell between, which would keep the signal. */
function start(trial: PhotosTrial, path: string, ...options: string[]): Deno.ChildProcess {
  const [, ...args] = (TASKS.photos?.command ?? "").split(" ").slice(1);
  return new Deno.Command(Deno.execPath(), {
    args: [...args, "review", trial.path, "--json", ...options],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { INIT_CWD: trial.path, PATH: path },
    ...{ stdin: "null", stdout: "piped", stderr: "inherit" },
  }).spawn();
}

async function urlOf(process: Deno.ChildProcess): Promise<string> {
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { url } = JSON.parse((await reader.read()).value ?? "{}");
  await reader.cancel();
  return url;
}

testPosix(
  "photos review prints its address, serves until it is interrupted, and exits 0",
  async () => {
    await using trial = await photosTrial("cat.jpg");
    await trial.run("scan", ".");
    await using process = start(trial, Deno.env.get("PATH") ?? "");
    const page = await fetch(await urlOf(process));
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>Photo review<\/title>/);
    process.kill("SIGINT");
    assert.equal((await process.status).code, 0);
  },
);

testLinux(
  "photos review --open gives the browser a file of the person alone, which leads to the address",
  async () => {
    await using trial = await photosTrial("cat.jpg");
    await trial.run("scan", ".");
    const bin = `${trial.path}/bin`;
    await Deno.mkdir(bin);
    // What was opened, as it was then, and who may read it.
    const script =
      `#!/bin/sh\nfile="\${1#file://}"\n{ stat -c %a "$file"; cat "$file"; } > "${bin}/part"\n` +
      `mv "${bin}/part" "${bin}/opened"\n`;
    await Deno.writeTextFile(`${bin}/xdg-open`, script, { mode: 0o755 });
    await using watcher = watchFor(bin, "opened");
    await using process = start(trial, `${bin}:${Deno.env.get("PATH")}`, "--open");
    const url = await urlOf(process);
    await watcher.found;
    assert.equal(
      await Deno.readTextFile(`${bin}/opened`),
      `600\n<!DOCTYPE html><meta http-equiv="refresh" content="0; url=${url}">\n`,
    );
    process.kill("SIGINT");
    assert.equal((await process.status).code, 0);
    assert.equal(await exists(`${trial.path}/.photos/review.html`), false);
  },
);

function watchFor(folder: string, name: string): AsyncDisposable & { found: Promise<void> } {
  const watcher = Deno.watchFs(folder);
  const found = (async () => {
    for await (const { paths } of watcher) {
      if (paths.some((path) => path.endsWith(`/${name}`))) return;
    }
  })();
  return {
    found,
    [Symbol.asyncDispose]: async () => {
      try {
        watcher.close();
      } catch {
        // The loop has closed it.
      }
      await found;
    },
  };
}
