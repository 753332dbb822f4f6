/** A small result for tests: two ways, figures that add up. */
import { summarize } from "../timing/statistics.ts";
import type { WayName } from "../ways/registry.ts";
import { type BenchResult, type Cell, RESULT_SCHEMA } from "./result.ts";

const TENSOR_BYTES = 602_112;

/** A cell whose latency is `ms`, most of it on the way up. */
export function sampleCell(series: WayName, ms: number, changes: Partial<Cell> = {}): Cell {
  const batch = changes.batch ?? 1;
  const payloadUp = (series === "gateway-raw" ? 10_000 : TENSOR_BYTES) * batch;
  const payloadDown = 2048 * batch;
  const latencyMs = summarize([ms - 1, ms, ms + 1]);
  const stagesMs = { wait: 0, encode: 0, send: 0, server: 4, down: 13, receive: 0, decode: 0 };
  return {
    series,
    photoSize: "224",
    batch,
    pattern: { kind: "closed", clients: 1 },
    round: 0,
    requests: 3,
    images: 3 * batch,
    errors: {},
    cutOff: 0,
    seconds: (3 * ms) / 1000,
    imagesPerSecond: (batch * 1000) / ms,
    latencyMs,
    stagesMs: { ...stagesMs, up: ms - 17 },
    serverMs: {},
    bytes: { payloadUp, payloadDown, wireUp: payloadUp + 300, wireDown: payloadDown + 300 },
    usage: { triton: { cpuMs: 2, residentMiB: 100, threads: { main: 2 } } },
    ...changes,
  };
}

/** A result with these cells. */
export function sampleResult(cells: readonly Cell[]): BenchResult {
  return {
    schema: RESULT_SCHEMA,
    name: "sample",
    startedAt: "2026-01-02T03:04:05.000Z",
    seconds: 60,
    isComplete: true,
    commit: "abcdef0",
    command: "deno task bench --quick",
    machine: { cpu: "Some CPU", cores: 2, memoryGiB: 8, os: "linux x86_64" },
    versions: { deno: "2.8.2" },
    model: "dct_512",
    gatewayEngine: "triton, shared_memory",
    link: {
      name: "wan",
      rttMs: 25,
      rttMsMeasured: 25.2,
      loopbackRttMs: 0.1,
      mbitPerSecond: 30,
      mbitPerSecondUp: 30.1,
      mbitPerSecondDown: 29.9,
    },
    photos: { size: "224", count: 256, jpegBytesMean: 10_000 },
    series: [
      { id: "triton-grpc", label: "tensor → Triton", way: "triton-grpc", sends: "tensor" },
      { id: "gateway-raw", label: "JPEG → gateway", way: "gateway-raw", sends: "jpeg" },
    ],
    cells,
    skipped: [{ series: "triton-grpc", batch: 32, clients: 16, reason: "too slow" }],
    agreement: [{ series: "triton-grpc", cosineMin: 1 }],
    photoSizes: [],
  };
}

/** A tensor way at 200 ms, the gateway at 32 ms. */
export function sampleComparison(): BenchResult {
  return sampleResult([sampleCell("triton-grpc", 200), sampleCell("gateway-raw", 32)]);
}
