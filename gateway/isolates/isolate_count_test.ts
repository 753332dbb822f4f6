import assert from "node:assert/strict";
import { readRepositoryManifest } from "../../testing/models/repository_manifests.ts";
import { isolateCount } from "./isolate_count.ts";

const DCT = readRepositoryManifest("dct_512");
const VIT = readRepositoryManifest("openclip_vit_b32");
const CORES = Math.min(navigator.hardwareConcurrency, 16);

for (
  const [isolates, engine, manifest, count] of [
    [1, "embedded", DCT, 1],
    [3, "embedded", DCT, 3],
    [0, "embedded", DCT, CORES],
    [0, "embedded", VIT, 1],
    [3, "embedded", VIT, 1],
    [0, "triton", VIT, CORES],
    [3, "triton", VIT, 3],
  ] as const
) {
  Deno.test(`isolateCount() is ${count} for ${isolates} with ${engine} and ${manifest.name}`, () => {
    assert.equal(isolateCount({ isolates, engine }, [manifest], "linux"), count);
  });
}

Deno.test("isolateCount() is 1 where a kernel does not spread connections", () => {
  for (const os of ["darwin", "windows"] as const) {
    assert.equal(isolateCount({ isolates: 4, engine: "triton" }, [VIT], os), 1);
  }
});
