/** Questions that docs/capacity.md answers by the model, as tables. A pod is a process of eight isolates with one GPU. */
import { markdownTable } from "../bench/report/readme_table.ts";
import type { SizeCost } from "../bench/report/result.ts";
import { short } from "../bench/report/svg.ts";
import { type BatchCurve, fullRate } from "../testing/simulated_triton/batch_curve.ts";
import { usableShare } from "./connections.ts";
import { type Balancing, type Fleet, modelFleet, type Traffic } from "./fleet.ts";
import { BATCH_MAX, type CapacityInputs, measuredCurve, type MeasuredGpu } from "./inputs.ts";
import { capacityTable } from "./table.ts";

/** As in the table: a core an isolate. */
const GATEWAY = { cores: 8, slots: 256 } as const;
/** Where an embedded model runs, whose photos share a line. */
const SMALL_HOST = { ...GATEWAY, cores: 4 } as const;
/** Of the measured GPU, what the runtime makes of an FP32 model by default. */
const PRECISION = "TF32";
const REQUESTS = 20_000;
const SEED = 7;
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

/** Generated sections of docs/capacity.md, by name. */
export function capacitySections(inputs: CapacityInputs): Record<string, string> {
  const pod = { coreMs: thumbnailMs(inputs), curve: measuredCurve(inputs.measured, PRECISION) };
  return {
    capacity: capacityTable(inputs),
    batches: batchesTable(inputs.measured),
    connections: connectionsTable(4),
    line: lineTable(inputs.sizes),
    balancing: balancingTable(pod),
    nodes: nodesTable(pod),
    spare: spareTable(pod),
  };
}

/** What is the same for all pods: a thumbnail's part of a core, and the GPU. */
interface PodKind {
  readonly coreMs: number;
  readonly curve: BatchCurve;
}

/** Milliseconds of a batch on the measured GPU, and images a second, by precision. */
function batchesTable({ rows }: MeasuredGpu): string {
  const precisions = [...new Set(rows.map(({ precision }) => precision))];
  const batches = [...new Set(rows.map(({ batch }) => batch))];
  return markdownTable(
    ["batch", ...precisions],
    batches.map((batch) => [
      String(batch),
      ...precisions.map((precision) => {
        const row = rows.find((one) => one.batch === batch && one.precision === precision);
        const { medianMs = NaN, hostMs = NaN } = row ?? {};
        const rate = (1000 * batch) / medianMs;
        return `${medianMs.toFixed(2)} ms (${hostMs.toFixed(2)}), ${short(rate)}/s`;
      }),
    ]),
  );
}

/** A thumbnail's part of a core. */
export function thumbnailMs({ sizes }: Pick<CapacityInputs, "sizes">): number {
  return costOf(sizes, "224");
}

function costOf(sizes: readonly SizeCost[], size: string): number {
  return sizes.find(({ photoSize }) => photoSize === size)?.gatewayCpuMs ?? NaN;
}

/** What few connections leave of some pods, in the middle of all deals and in 95 of 100. */
function connectionsTable(pods: number): string {
  return markdownTable(
    ["connections", `of ${pods} pods, usually`, "at least, 95 times of 100"],
    [4, 8, 16, 32, 64, 256].map((connections) => [
      String(connections),
      ...[0.5, 0.95].map((certainty) => percent(usableShare(connections, pods, certainty))),
    ]),
  );
}

/** A rate, as a share of what all GPUs of some pods do with full batches. */
function rateOf(curve: BatchCurve, pods: number, load: number): number {
  return load * pods * fullRate(curve, BATCH_MAX);
}

function fleetOf(curve: BatchCurve, pods: number, balancing: Balancing): Fleet {
  return {
    ...{ pods, balancing, gateway: GATEWAY },
    line: { rttMs: 0, bytesPerMs: Infinity },
    gpus: { gpus: 1, curve, batchMax: BATCH_MAX },
  };
}

function traffic(kind: "constant" | "poisson", perSecond: number, coreMs: number): Traffic {
  const arrivals = { kind, perSecond, seed: SEED };
  return {
    pattern: { kind: "open", arrivals, inflightMax: Infinity },
    requests: REQUESTS,
    photos: [{ share: 1, bytes: 0, coreMs }],
    seed: SEED,
  };
}

/** p99 by how full the GPUs are and who chooses the pod. */
function balancingTable({ coreMs, curve }: PodKind): string {
  const columns = [
    ["constant rate, by turns", "constant", "round_robin"],
    ["Poisson, by turns", "poisson", "round_robin"],
    ["Poisson, at random", "poisson", "random"],
    ["Poisson, the idler of two", "poisson", "two_choices"],
  ] as const;
  return markdownTable(
    ["load", ...columns.map(([name]) => name)],
    [0.5, 0.7, 0.8, 0.9].map((load) => [
      percent(load),
      ...columns.map(([, kind, balancing]) => {
        const { latencyMs } = modelFleet(
          fleetOf(curve, 4, balancing),
          traffic(kind, rateOf(curve, 4, load), coreMs),
        );
        return `${latencyMs.p99.toFixed(1)} ms`;
      }),
    ]),
  );
}

/** p99 by how many nodes of four GPUs there are, with a pod a GPU and with a pod a node, at a load of 80 %. */
function nodesTable({ coreMs, curve }: PodKind): string {
  const load = 0.8;
  return markdownTable(
    [
      "nodes",
      "GPUs",
      "a pod a GPU, at random",
      "the idler of two",
      "a pod a node, the idler of two",
    ],
    [1, 4, 16].map((nodes) => {
      const gpus = nodes * 4;
      const comes = { ...traffic("poisson", rateOf(curve, gpus, load), coreMs), requests: 40_000 };
      const p99 = (fleet: Fleet) => `${modelFleet(fleet, comes).latencyMs.p99.toFixed(1)} ms`;
      const idler = fleetOf(curve, nodes, "two_choices");
      const large: Fleet = {
        ...idler,
        gateway: { cores: GATEWAY.cores * 4, slots: GATEWAY.slots * 4 },
        gpus: { ...idler.gpus, gpus: 4 },
      };
      return [
        ...[nodes, gpus].map(String),
        p99(fleetOf(curve, gpus, "random")),
        p99(fleetOf(curve, gpus, "two_choices")),
        p99(large),
      ];
    }),
  );
}

/** What becomes of eight pods of which one is lost. */
function spareTable({ coreMs, curve }: PodKind): string {
  const pods = 8;
  return markdownTable(
    ["load of 8", "p99", "load of 7", "p99"],
    [0.6, 0.7, 0.8, 0.85, 0.9].map((load) => {
      const p99 = (left: number) => {
        if (load * pods > left) return "grows until requests are refused";
        const comes = traffic("poisson", rateOf(curve, pods, load), coreMs);
        return `${
          modelFleet(fleetOf(curve, left, "two_choices"), comes).latencyMs.p99.toFixed(1)
        } ms`;
      };
      return [percent(load), p99(pods), percent((load * pods) / (pods - 1)), p99(pods - 1)];
    }),
  );
}

/** What small photos wait where they share a line with camera originals, all of them at the same load of the cores. */
function lineTable(sizes: readonly SizeCost[]): string {
  const [small, large] = [costOf(sizes, "224"), costOf(sizes, "4000")];
  const load = 0.6;
  return markdownTable(
    ["originals", "images/s", "thumbnails p50", "p99", "originals p99"],
    [0, 0.01, 0.05, 0.2].map((share) => {
      const mean = (1 - share) * small + share * large;
      const perSecond = (load * SMALL_HOST.cores * 1000) / mean;
      // A GPU that takes no time: only the cores' line is asked about.
      const pod = fleetOf({ batchMs: 0, imageMs: 0 }, 1, "random");
      const { kindsMs } = modelFleet({ ...pod, gateway: SMALL_HOST }, {
        ...traffic("poisson", perSecond, 0),
        photos: [
          { share: 1 - share, bytes: 0, coreMs: small },
          { share, bytes: 0, coreMs: large },
        ],
      });
      const ms = (value = NaN) => `${short(value)} ms`;
      return [
        percent(share),
        short(perSecond),
        ms(kindsMs[0]?.p50),
        ms(kindsMs[0]?.p99),
        share === 0 ? "–" : ms(kindsMs[1]?.p99),
      ];
    }),
  );
}
