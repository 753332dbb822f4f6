import assert from "node:assert/strict";
import { readTowerGolden } from "../../testing/models/tower_goldens.ts";
import { runLayers, SMALL_TOWER } from "../../testing/models/run_graph.ts";
import type { OpenClipTextArchitecture } from "../contract/architecture.ts";
import {
  addCausalMask,
  addPooledToken,
  addStart,
  addUsedLength,
  type PooledToken,
} from "./text_pool.ts";
import type { Tower } from "./tower.ts";

const TOKENS = 20;
/** Ids of two texts; graphs here take them as floats. */
const IDS = [[5, 9, 2, 9, 0], [5, 1, 2, 3, 4, 2, 1, 1, 9]];
const x = {
  data: Float32Array.from(IDS.flatMap((ids) => [...ids, ...Array(TOKENS - ids.length).fill(0)])),
  dims: [2, TOKENS],
};
const { architecture } = readTowerGolden("vit_b_32").text.manifest;

async function pool(
  changes: Partial<OpenClipTextArchitecture>,
  read: (tower: Tower, token: PooledToken) => string,
) {
  return await runLayers(
    SMALL_TOWER,
    (tower) => {
      const all = { ...architecture, context_length: TOKENS, ...changes };
      return read(tower, addPooledToken(tower, all, "x"));
    },
    x,
  );
}

/** Tokens of width 1 that are their own place and text. */
function addPlaces({ graph }: Tower): string {
  const places = Float32Array.from({ length: 2 * TOKENS }, (_, index) => index);
  return graph.constant("places", [2, TOKENS, 1], places);
}

const expected: [changes: Partial<OpenClipTextArchitecture>, places: number[]][] = [
  [{ pool_type: "argmax" }, [1, 8]],
  [{ pool_type: "eos", eos_id: 2 }, [2, 2]],
  [{ pool_type: "first" }, [0, 0]],
  [{ pool_type: "last" }, [TOKENS - 1, TOKENS - 1]],
];
for (const [changes, [first, second]] of expected) {
  Deno.test(`addPooledToken() picks a token and its row of the mask by ${JSON.stringify(changes)}`, async () => {
    const picked = await pool(changes, (tower, token) => token.pick(addPlaces(tower), "picked"));
    assert.deepEqual([...picked.data], [first, TOKENS + (second as number)]);
    assert.deepEqual(picked.dims, [2, 1, 1]);
    const { data } = await pool(
      changes,
      (tower, token) => token.pickRow(addCausalMask(tower, TOKENS), "row"),
    );
    const row = [...data.slice(0, TOKENS)];
    assert.deepEqual(row, row.map((_, key) => key > (first as number) ? -65504 : 0));
  });
}

Deno.test("addUsedLength() covers the batch's last pooled token, in steps of 8, and addStart() cuts there", async () => {
  for (const [changes, length] of [[{}, 16], [{ pool_type: "eos", eos_id: 2 }, 8]] as const) {
    const { data, dims } = await pool(changes, (tower, token) => {
      assert.ok(token.positions !== undefined);
      const length = addUsedLength(tower, token.positions);
      return addStart(tower, "x", { name: "used", length, axes: [1] });
    });
    assert.deepEqual(dims, [2, length]);
    assert.deepEqual([...data.slice(0, length)], [...x.data.slice(0, length)]);
  }
});
