import assert from "node:assert/strict";
import { exponential } from "../bench/load/arrivals.ts";
import { readResult } from "../bench/report/result_file.ts";
import { type Fleet, modelFleet, type PhotoKind, type Traffic } from "./fleet.ts";

/** One pod without a line and with a GPU that takes no time: a core alone. */
const CORE: Fleet = {
  pods: 1,
  balancing: "random",
  line: { rttMs: 0, bytesPerMs: Infinity },
  gateway: { cores: 1, slots: Infinity },
  gpus: { gpus: 1, curve: { batchMs: 0, imageMs: 0 }, batchMax: 8 },
};
const PHOTO: PhotoKind = { share: 1, bytes: 0, coreMs: 1 };

/** Poisson arrivals, as many a second. */
function poisson(perSecond: number, photos: readonly PhotoKind[] = [PHOTO]): Traffic {
  const arrivals = { kind: "poisson", perSecond, seed: 11 } as const;
  const pattern = { kind: "open", arrivals, inflightMax: Infinity } as const;
  return { pattern, requests: 200_000, photos, seed: 5 };
}

const closed = (clients: number, photo: Partial<PhotoKind> = {}): Traffic => ({
  pattern: { kind: "closed", clients },
  requests: 20_000,
  photos: [{ ...PHOTO, ...photo }],
  seed: 5,
});

function near(actual: number, expected: number, within: number): void {
  const message = `${actual} is not within ${within * 100} % of ${expected}`;
  assert.ok(Math.abs(actual / expected - 1) <= within, message);
}

Deno.test("modelFleet() waits as M/D/1 does", () => {
  for (const load of [0.5, 0.8]) {
    const { latencyMs, busy } = modelFleet(CORE, poisson(1000 * load));
    near(latencyMs.mean, 1 + load / (2 * (1 - load)), 0.04);
    near(busy.cores, load, 0.02);
  }
});

Deno.test("modelFleet() waits as M/M/1 does, p99 too", () => {
  const load = 0.7;
  const coreMs = (random: () => number) => exponential(1, random);
  const { latencyMs } = modelFleet(CORE, poisson(1000 * load, [{ ...PHOTO, coreMs }]));
  near(latencyMs.mean, 1 / (1 - load), 0.04);
  near(latencyMs.p99, Math.log(100) / (1 - load), 0.06);
});

Deno.test("modelFleet() has small photos wait for large ones as Pollaczek and Khinchine say", () => {
  const photos = [{ ...PHOTO, share: 0.99 }, { ...PHOTO, share: 0.01, coreMs: 50 }];
  const [mean, square] = [0.99 + 0.01 * 50, 0.99 + 0.01 * 50 ** 2];
  const perMs = 0.5 / mean;
  const { kindsMs: [small, large] } = modelFleet(CORE, poisson(1000 * perMs, photos));
  const waitMs = (perMs * square) / (2 * (1 - 0.5));
  near(small?.mean ?? NaN, 1 + waitMs, 0.1);
  near(large?.mean ?? NaN, 50 + waitMs, 0.1);
});

Deno.test("modelFleet() has as many images a second as full batches, cores or slots let through", () => {
  const gpus = { gpus: 1, curve: { batchMs: 2, imageMs: 0.5 }, batchMax: 8 };
  const fleet = { ...CORE, gpus, gateway: { cores: 4, slots: 256 } };
  near(modelFleet(fleet, closed(64)).imagesPerSecond, 8000 / 6, 0.001);
  near(modelFleet({ ...fleet, pods: 3 }, closed(192)).imagesPerSecond, 24_000 / 6, 0.15);
  near(modelFleet(fleet, closed(64, { coreMs: 8 })).imagesPerSecond, 500, 0.001);
  const line = { rttMs: 10, bytesPerMs: Infinity };
  const refusing = modelFleet({ ...fleet, line, gateway: { cores: 4, slots: 4 } }, closed(64));
  assert.ok(refusing.refused > 0 && refusing.latencyMs.count + refusing.refused < 20_000);
});

Deno.test("modelFleet() fills the line as the committed result's did", async () => {
  const { cells, link: { rttMs, mbitPerSecond } } = await readResult("wan");
  const line = { rttMs, bytesPerMs: (mbitPerSecond ?? Infinity) * 125 };
  const gateway = { cores: 2, slots: 256 };
  const held = cells.filter(({ batch, series }) =>
    batch === 1 && /^(?:gateway-raw|triton-http)$/.test(series)
  );
  assert.equal(held.length, 6);
  for (const { series, pattern, imagesPerSecond, bytes } of held) {
    const photo = { bytes: bytes.wireUp, coreMs: series === "gateway-raw" ? 0.57 : 0 };
    const gpus = { gpus: 1, curve: { batchMs: 2, imageMs: 0.5 }, batchMax: 8 };
    const model = modelFleet({ ...CORE, line, gateway, gpus }, closed(pattern.clients, photo));
    near(model.imagesPerSecond, imagesPerSecond, 0.15);
  }
});

Deno.test("modelFleet() balances: two choices wait less than one, connections stay where they are", () => {
  const gpus = { gpus: 1, curve: { batchMs: 0, imageMs: 8 }, batchMax: 1 };
  const gateway = { cores: 1, slots: Infinity };
  const fleet = { ...CORE, pods: 4, gpus, gateway };
  const p99 = (balancing: Fleet["balancing"]) =>
    modelFleet({ ...fleet, balancing }, poisson(400)).latencyMs.p99;
  assert.ok(p99("two_choices") < 0.6 * p99("random"));
  assert.ok(p99("round_robin") < 0.8 * p99("random"));
  // Of four connections in a closed loop only the pods that have some work.
  const bound = modelFleet({ ...fleet, balancing: { connections: 4 } }, closed(4, { coreMs: 0 }));
  assert.ok([1, 2, 3].some((pods) => Math.abs(bound.imagesPerSecond - 125 * pods) < 1));
});

Deno.test("modelFleet() balances photos of two sizes by who is idler, and not by turns", () => {
  const photos = [{ ...PHOTO, share: 0.95, coreMs: 0.57 }, { ...PHOTO, share: 0.05, coreMs: 44.2 }];
  const fleet = { ...CORE, pods: 4, gateway: { cores: 8, slots: 256 } };
  // Cores are 80 % busy.
  const traffic = {
    ...poisson((0.8 * 32_000) / (0.95 * 0.57 + 0.05 * 44.2), photos),
    requests: 60_000,
  };
  const p99 = (balancing: Fleet["balancing"]) =>
    modelFleet({ ...fleet, balancing }, traffic).kindsMs[0]?.p99 ?? NaN;
  const [turns, random, idler] = [p99("round_robin"), p99("random"), p99("two_choices")];
  assert.ok(turns > 0.9 * random && idler < 0.75 * turns, `${turns} ${random} ${idler}`);
});

Deno.test("modelFleet() is the same for the same seeds, and holds what may not be under way", () => {
  const traffic = { ...poisson(900), requests: 5000 };
  assert.deepEqual(modelFleet(CORE, traffic), modelFleet(CORE, traffic));
  const trace = { kind: "trace", offsetsMs: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } as const;
  const pattern = { kind: "open", arrivals: trace, inflightMax: 1 } as const;
  const { latencyMs } = modelFleet(CORE, { ...traffic, pattern });
  assert.deepEqual([latencyMs.min, latencyMs.max], [2, 10]);
});
