import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { testPosix } from "../../testing/platform_tests.ts";
import { lockRun } from "./run_lock.ts";

testPosix("lockRun() keeps a second run away, and says who is there", async () => {
  await using folder = await temporaryFolder();
  {
    using _lock = lockRun(folder.path, "photos embed");
    assert.throws(
      () => lockRun(folder.path, "photos scan"),
      new RegExp(`^Error: Another run is at work on .*: photos embed, process ${Deno.pid}, since `),
    );
  }
  using _again = lockRun(folder.path, "photos scan");
});

testPosix("lockRun() takes the lock of a run that was killed", async () => {
  await using folder = await temporaryFolder();
  const module = JSON.stringify(new URL("./run_lock.ts", import.meta.url).href);
  const program = `import { lockRun } from ${module};
    globalThis.lock = lockRun(${JSON.stringify(folder.path)}, "photos all");
    console.log("locked");
    setInterval(() => {}, 1000);`;
  await Deno.writeTextFile(`${folder.path}/program.ts`, program);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "--no-config", `${folder.path}/program.ts`],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  assert.throws(() => lockRun(folder.path, "photos scan"), /photos all, process \d+/);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  using _lock = lockRun(folder.path, "photos scan");
});
