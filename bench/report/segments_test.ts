import assert from "node:assert/strict";
import { stackPieces } from "./segments.ts";
import type { Cell } from "./result.ts";

const STAGES = { wait: 0, encode: 1, send: 1, up: 20, server: 10, down: 13, receive: 1, decode: 2 };

function pieces(cell: Partial<Cell>) {
  return stackPieces({ stagesMs: STAGES, serverMs: {}, ...cell } as Cell, 25);
}

Deno.test("stackPieces() come to the sum of the stages, whatever the server tells", () => {
  const sum = Object.values(STAGES).reduce((total, ms) => total + ms, 0);
  for (const serverMs of [{}, { preprocess: 3, infer: 2 }, { preprocess: 9, infer: 2 }]) {
    const total = pieces({ serverMs }).reduce((all, { ms }) => all + ms, 0);
    assert.ok(Math.abs(total - sum) < 1e-9, `${total} of ${sum}`);
  }
});

Deno.test("stackPieces() tell distance from bytes", () => {
  const segments = pieces({}).filter(({ ms }) => ms > 0).map(({ segment, ms }) => [segment, ms]);
  assert.deepEqual(segments, [
    ["client", 2],
    ["distance", 12.5],
    ["up", 7.5],
    ["server", 10],
    ["down", 0.5],
    ["distance", 12.5],
    ["client", 3],
  ]);
});
