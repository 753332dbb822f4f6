/** The image's entrypoint for bulk work, with a deno that prints what it was given, and with the real one. */
import assert from "node:assert/strict";
import { testPosix } from "../../testing/platform_tests.ts";

const ROOT = new URL("../../", import.meta.url);
const decoder = new TextDecoder();

async function bulk(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["deploy/gateway/bulk.sh", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

for (
  const [args, grant] of [
    [["a.txt", "--out", "/data/out", "--json"], "--allow-write=/data/out"],
    [["--out=/data/a b,c", "a.txt"], "--allow-write=/data/a b,,c"],
    [["a.txt"], undefined],
  ] as const
) {
  testPosix(`bulk.sh ${args.join(" ")} may write ${grant ?? "nothing"}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const deno = `${folder}/deno`;
      await Deno.writeTextFile(deno, '#!/bin/sh\nfor word; do printf "%s\\n" "$word"; done\n');
      await Deno.chmod(deno, 0o755);
      const { stdout } = await bulk(args, { DENO: deno });
      const words = stdout.trimEnd().split("\n");
      assert.deepEqual(words.slice(words.indexOf("bulk/main.ts") + 1), args);
      assert.deepEqual(
        words.filter((word) => word.startsWith("--allow-write")),
        grant === undefined ? [] : [grant],
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

testPosix("bulk.sh becomes the worker", async () => {
  const { code, stderr } = await bulk([], { DENO: Deno.execPath() });
  assert.deepEqual([code, stderr.split("\n", 1)[0]], [64, "--url must be a gateway's URL"]);
});
