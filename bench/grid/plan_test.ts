import assert from "node:assert/strict";
import { LINK_PROFILES, type LinkProfile } from "../link/profile.ts";
import type { Series } from "../report/result.ts";
import type { WayName } from "../ways/registry.ts";
import { planGrid } from "./plan.ts";

const WAN = LINK_PROFILES.wan as LinkProfile;

function series(way: WayName, sends: Series["sends"]): Series {
  return { id: way, label: way, way, sends };
}

const CHOICE = {
  series: [
    series("triton-json", "tensor"),
    series("triton-grpc", "tensor"),
    series("gateway-raw", "jpeg"),
  ],
  batches: [1, 32],
  clients: [1, 16],
  rounds: 1,
  cellSeconds: 6,
  jpegBytesMean: 10_000,
};

const keys = (plan: ReturnType<typeof planGrid>) =>
  plan.cells.map(({ series, batch, pattern }) =>
    `${series.id} ${batch} ${pattern.kind === "closed" ? pattern.clients : "open"}`
  );

Deno.test("planGrid() leaves out what a slow link cannot carry, and says why", () => {
  const plan = planGrid(CHOICE, WAN);
  assert.deepEqual(keys(plan), [
    "triton-json 1 1",
    "triton-grpc 1 1",
    "gateway-raw 1 1",
    "triton-grpc 1 16",
    "gateway-raw 1 16",
    "triton-grpc 32 1",
    "gateway-raw 32 1",
    "gateway-raw 32 16",
  ]);
  assert.deepEqual(
    plan.skipped.map(({ series, batch, clients, reason }) => [series, batch, clients, reason]),
    [
      ["triton-json", 1, 16, "the link alone needs 13 s for one request of each client"],
      ["triton-json", 32, 1, "JSON tensors only one at a time on a slow link"],
      ["triton-json", 32, 16, "JSON tensors only one at a time on a slow link"],
      ["triton-grpc", 32, 16, "the link alone needs 82 s for one request of each client"],
    ],
  );
});

Deno.test("planGrid() runs everything on a fast link, and repeats whole rounds", () => {
  const plan = planGrid({ ...CHOICE, rounds: 2 }, LINK_PROFILES.none as LinkProfile);
  assert.deepEqual([plan.cells.length, plan.skipped.length], [24, 0]);
  assert.deepEqual(plan.cells.map(({ round }) => round), [
    ...Array(12).fill(0),
    ...Array(12).fill(1),
  ]);
});
