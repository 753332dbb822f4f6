import assert from "node:assert/strict";
import { embedCrops } from "../../testing/models/run_tower.ts";
import { readTowerGolden } from "../../testing/models/tower_goldens.ts";
import type { SiglipVitArchitecture } from "../contract/architecture.ts";

const { checkpoint, image: { manifest, architecture, crops } } = readTowerGolden("siglip");

Deno.test("addSiglipVit() refuses an embedding that is not as wide as the tower", async () => {
  const output = { ...manifest.output, shape: [20] };
  await assert.rejects(embedCrops({ manifest: { ...manifest, output }, checkpoint }, crops), {
    name: "RangeError",
    message:
      "Cannot build openclip_vit_b32: output must hold 24 elements for siglip_vit: current value is 20",
  });
});

const broken: [Partial<SiglipVitArchitecture>, RegExp][] = [
  [{ layers: 3 }, /^RangeError: Cannot find tensor visual\.trunk\.blocks\.2\.norm1\.weight /],
  [{ layers: 1 }, /^RangeError: .* its checkpoint has visual\.trunk\.blocks\.1\./],
  [{ patch_size: 25 }, /^RangeError: .*: patch_size must be ≤ 24: current value is 25$/],
];
for (const [change, message] of broken) {
  Deno.test(`addSiglipVit() rejects ${JSON.stringify(change)} for this checkpoint`, async () => {
    const changed = { ...architecture, ...change } as SiglipVitArchitecture;
    const source = { manifest: { ...manifest, architecture: changed }, checkpoint };
    await assert.rejects(embedCrops(source, crops), message);
  });
}
