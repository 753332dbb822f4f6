import assert from "node:assert/strict";
import type { Turn } from "../load/turns.ts";
import { standingFigures, standingsTable } from "./standings_table.ts";

const ROUND: Turn = {
  requests: 100,
  failures: 0,
  requestsPerSecond: 50,
  p50: 10,
  p99: 20,
  cpuMs: 2,
  residentMiB: 100,
};

const standing = (label: string, ...rates: number[]) => ({
  label,
  rounds: rates.map((requestsPerSecond) => ({ ...ROUND, requestsPerSecond })),
});

Deno.test("standingFigures() takes the median round and tells the spread and all failures", () => {
  const rounds = [...standing("a", 30, 90, 40).rounds, { ...ROUND, failures: 2 }];
  const figures = standingFigures({ label: "a", rounds });
  assert.equal(figures.requestsPerSecond, 40);
  assert.deepEqual(figures.rateRange, [30, 90]);
  assert.equal(figures.failures, 2);
});

Deno.test("standingsTable() sets every rate beside the first of its contest", () => {
  const standings = [standing("peer", 40), standing("gateway", 120)];
  const lines = standingsTable([{ name: "thumbnails", photoSize: "224", standings }]).split("\n");
  assert.match(lines[2] ?? "", /^\| thumbnails \| peer .* 1\.00 /);
  assert.match(lines[3] ?? "", /^\| +\| gateway .* 3\.00 /);
  assert.equal(new Set(lines.map(({ length }) => length)).size, 1);
});
