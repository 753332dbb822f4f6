import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";
import { libraryFolder } from "./command.ts";

Deno.test("libraryFolder() is in the first folder, or where told", () => {
  assert.match(libraryFolder(undefined, ["/a", "/b"]), /a.\.photos$/);
  assert.match(libraryFolder("/c/lib", ["/a"]), /c.lib$/);
  assert.throws(() => libraryFolder(undefined, []), /A folder of photos is needed/);
});

for (
  const [args, message] of [
    [[], /^A command is needed: all, scan, /],
    [["scna", "."], /^There is no command scna: all, scan, /],
    [["scan"], /^A folder of photos is needed/],
    [["groups", ".", "--threshold", "2"], /^--threshold must be a number from 0 to 1: it is 2/],
    [["embed", ".", "--shard", "4/3"], /^--shard must be I\/N/],
    [["embed", ".", "--concurrency", "0"], /^--concurrency must be/],
    [["embed", ".", "--mode", "remote"], /^--mode remote needs --url/],
    [["embed", ".", "--url", "nonsense"], /^--url is no URL: nonsense/],
  ] as const
) {
  Deno.test(`photos ${args.join(" ")} is used wrongly, and its usage is shown`, async () => {
    await using trial = await photosTrial();
    const { code, err } = await trial.run(...args);
    assert.equal(code, 64);
    assert.match(err, message);
    assert.match(err, /Usage: deno task photos COMMAND/);
  });
}

Deno.test("photos keeps its library where told", async () => {
  await using trial = await photosTrial("cat.jpg");
  assert.equal((await trial.run("scan", ".", "--library", "elsewhere")).code, 0);
  const names = (await Array.fromAsync(Deno.readDir(trial.path))).map(({ name }) => name).sort();
  assert.deepEqual(names, ["cat.jpg", "elsewhere"]);
});
