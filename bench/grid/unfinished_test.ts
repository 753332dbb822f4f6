import assert from "node:assert/strict";
import type { Cell } from "../report/result.ts";
import { UnfinishedRun } from "./unfinished.ts";

const cell = (batch: number) => ({ series: "gateway-raw", batch }) as Cell;

Deno.test("UnfinishedRun gives back cells of the same run, and none of another", async () => {
  const name = `test-${crypto.randomUUID()}`;
  const run = new UnfinishedRun(name, "key 1");
  assert.deepEqual(await run.read(), []);
  await run.begin([cell(1)]);
  await run.add(cell(4));
  assert.deepEqual(await run.read(), [cell(1), cell(4)]);
  assert.deepEqual(await new UnfinishedRun(name, "key 2").read(), []);
  await run.end();
  assert.deepEqual(await run.read(), []);
});
