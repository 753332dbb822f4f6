import assert from "node:assert/strict";
import { judgeDeno, TESTED_DENO } from "./deno_version.ts";

Deno.test("judgeDeno() has nothing to say about the version that runs these tests", () => {
  assert.equal(Deno.version.deno, TESTED_DENO);
  for (const engine of ["embedded", "triton"] as const) {
    assert.equal(judgeDeno(Deno.version.deno, engine), undefined);
  }
});

for (
  const [version, engine, isRefused, text] of [
    [
      "2.9.6",
      "triton",
      true,
      /^Deno 2\.9\.6 may crash when Triton stops gracefully: use Deno 2\.8\.2/,
    ],
    ["2.9.4", "triton", true, /may crash/],
    ["3.0.0", "triton", true, /may crash/],
    ["2.10.0-rc.1", "triton", true, /may crash/],
    ["2.9.3", "triton", false, /closes the connection behind every POST: use Deno 2\.8\.2/],
    ["2.8.3", "embedded", false, /closes the connection/],
    ["2.9.5", "embedded", false, /closes the connection/],
    ["2.9.6", "embedded", false, /^Deno 2\.9\.6 is not tested/],
    ["2.8.1", "triton", false, /^Deno 2\.8\.1 is not tested/],
    ["1.46.3", "embedded", false, /is not tested/],
  ] as const
) {
  Deno.test(`judgeDeno() ${isRefused ? "refuses" : "warns of"} ${version} with ${engine}`, () => {
    const verdict = judgeDeno(version, engine);
    assert.equal(verdict?.isRefused, isRefused);
    assert.match(verdict?.text ?? "", text);
  });
}

Deno.test("TESTED_DENO is the version that images, documents and CI name", async () => {
  const root = new URL("../../", import.meta.url);
  for (const file of ["README.md", "Dockerfile.gateway", ".ci/run"]) {
    const text = await Deno.readTextFile(new URL(file, root));
    const versions = [...text.matchAll(/deno[@:](\d+\.\d+\.\d+)/g)].map(([, version]) => version);
    assert.ok(versions.length > 0, file);
    assert.deepEqual([...new Set(versions)], [TESTED_DENO], file);
  }
});
