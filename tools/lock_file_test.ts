import assert from "node:assert/strict";
import { parseLockFile } from "./lock_file.ts";

const lock = (npm: Record<string, unknown>) => JSON.stringify({ version: "5", npm });

Deno.test("parseLockFile() reads names, versions and who depends on whom", () => {
  const text = lock({
    "@a/b@1.0.0_c@2.0.0": { integrity: "sha512-AA==", dependencies: ["c@2.0.0", "d"] },
    "@a/b@1.0.0": { integrity: "sha512-AA==", dependencies: ["c@2.0.0", "d"] },
    "c@1.0.0": { integrity: "sha512-BB==" },
    "c@2.0.0": { integrity: "sha512-CC==", optionalDependencies: ["fsevents", "c@1.0.0"] },
    "d@3.1.0-rc.1": { integrity: "sha512-DD==" },
  });
  assert.deepEqual(parseLockFile(text), [
    { name: "@a/b", version: "1.0.0", integrity: "sha512-AA==", dependencies: [2, 3] },
    { name: "c", version: "1.0.0", integrity: "sha512-BB==", dependencies: [] },
    { name: "c", version: "2.0.0", integrity: "sha512-CC==", dependencies: [] },
    { name: "d", version: "3.1.0-rc.1", integrity: "sha512-DD==", dependencies: [] },
  ]);
});

Deno.test("parseLockFile() refuses a file that lacks a package", () => {
  const text = lock({ "a@1.0.0": { integrity: "sha512-AA==", dependencies: ["b"] } });
  assert.throws(() => parseLockFile(text), /Cannot find b in the lock file/);
});
