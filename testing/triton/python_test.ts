import assert from "node:assert/strict";
import { findPython, type Machine, SetupError } from "./python.ts";

const linux = (found: Record<string, boolean>): Machine => ({
  os: "linux",
  arch: "x86_64",
  probe: (path) => Promise.resolve(found[path]),
});

Deno.test("findPython() prefers the system's Python and falls back to that of container images", async () => {
  const both = { "/usr/bin/python3.11": true, "/usr/local/bin/python3.11": true };
  assert.equal(await findPython(linux(both)), "/usr/bin/python3.11");
  const second = { "/usr/bin/python3.11": false, "/usr/local/bin/python3.11": true };
  assert.equal(await findPython(linux(second)), "/usr/local/bin/python3.11");
});

Deno.test("findPython() says what to install", async () => {
  await assert.rejects(findPython(linux({})), (error: Error) => {
    assert(error instanceof SetupError);
    assert.match(error.message, /Python 3\.11 is not installed/);
    assert.match(error.message, /apt-get install .*python3\.11 libpython3\.11 python3\.11-venv/);
    return true;
  });
  await assert.rejects(
    findPython(linux({ "/usr/bin/python3.11": false })),
    /\/usr\/bin\/python3\.11 lacks its shared library or the venv module/,
  );
});

Deno.test("findPython() names another way on other platforms", async () => {
  for (const [os, arch] of [["darwin", "aarch64"], ["linux", "aarch64"], ["windows", "x86_64"]]) {
    const machine = { ...linux({}), os: os as string, arch: arch as string };
    await assert.rejects(findPython(machine), /docker compose, or the embedded engine/);
  }
});
