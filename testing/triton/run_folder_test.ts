import assert from "node:assert/strict";
import { testLinux } from "../platform_tests.ts";
import { assertPlainPath, makeRunFolder } from "./run_folder.ts";

testLinux("makeRunFolder() removes folders of processes that are gone", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const first = await makeRunFolder("run", cache);
    // Process ids end below 2^22.
    for (const name of ["run_99999999_a", "43a611c6fc14"]) await Deno.mkdir(`${cache}/${name}`);
    const second = await makeRunFolder("models", cache);
    const left = (await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => `${cache}/${name}`);
    assert.deepEqual(left.sort(), [`${cache}/43a611c6fc14`, first, second].sort());
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("assertPlainPath() refuses what a shell would take apart, and says what to do", () => {
  assertPlainPath("/srv/edge-gateway_2/.cache/triton");
  for (const path of ["/my clone", "/it's", "/a;b", "/$HOME", "/ü"]) {
    assert.throws(
      () => assertPlainPath(path),
      /no path with blanks, .*: move or rename the folder that has them in its name$/,
      path,
    );
  }
});
