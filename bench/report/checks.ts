/** Whether a result's figures add up. */
import { stageSum } from "./figures.ts";
import type { BenchResult, Cell, Series } from "./result.ts";

/** How far the stages together may be from the mean latency. */
const STAGE_SUM_ERROR_MAX = 0.05;
/** HTTP heads, HTTP/2 frames, acknowledgements: what the link carries beside bodies, a request. */
const FRAMING_BYTES_MAX = 2500;
/** Frame headers and JSON around tensors, as a part of the body. */
const FRAMING_SHARE_MAX = 0.02;
/** Numbers in files have six digits. */
const ROUNDING_ERROR_MAX = 1e-4;
const TENSOR_BYTES = 3 * 224 * 224 * 4;
const EMBEDDING_BYTES = 512 * 4;

/** Everything that does not add up, in words; empty for a sound result. */
export function problemsOf(result: BenchResult): string[] {
  return result.cells.flatMap((cell) => {
    const series = result.series.find(({ id }) => id === cell.series);
    if (series === undefined) return [`${cell.series} is no series of the result`];
    const problems = [
      ...stageProblems(cell, series),
      ...byteProblems(cell, series),
      ...countProblems(cell),
    ];
    return problems.map((problem) => `${name(cell)}: ${problem}`);
  });
}

function stageProblems(cell: Cell, { way }: Series): string[] {
  if (cell.stagesMs === undefined) {
    const isShared = way === "triton-grpc" && cell.pattern.clients !== 1;
    return cell.requests > 0 && !hasFailures(cell) && !isShared ? ["has no stages"] : [];
  }
  const sum = stageSum(cell.stagesMs);
  const { mean } = cell.latencyMs;
  if (Math.abs(sum / mean - 1) <= STAGE_SUM_ERROR_MAX) return [];
  return [`stages come to ${sum.toFixed(2)} ms, the mean latency is ${mean.toFixed(2)} ms`];
}

function byteProblems(cell: Cell, { way }: Series): string[] {
  const { bytes, batch, requests } = cell;
  // What a request sent that was cut off or refused is on the wire and in no payload.
  if (requests === 0 || hasFailures(cell)) return [];
  const problems = [
    ...framingProblem("up", bytes.payloadUp, bytes.wireUp),
    ...framingProblem("down", bytes.payloadDown, bytes.wireDown),
  ];
  const isBinary = way === "triton-grpc" || way === "triton-http";
  if (isBinary && Math.abs(bytes.payloadUp - batch * TENSOR_BYTES) > 300) {
    problems.push(
      `sends ${bytes.payloadUp} bytes where ${batch} tensors have ${batch * TENSOR_BYTES}`,
    );
  }
  if (way === "gateway-raw" && bytes.payloadDown !== batch * EMBEDDING_BYTES) {
    problems.push(`receives ${bytes.payloadDown} bytes for ${batch} embeddings`);
  }
  return problems;
}

function framingProblem(way: string, payload: number, wire: number): string[] {
  const most = payload * (1 + FRAMING_SHARE_MAX) + FRAMING_BYTES_MAX;
  if (wire >= payload && wire <= most) return [];
  return [
    `${wire.toFixed(0)} bytes ${way} on the link do not match payloads of ${payload.toFixed(0)}`,
  ];
}

function countProblems(cell: Cell): string[] {
  const { images, requests, batch, latencyMs, imagesPerSecond, seconds } = cell;
  const problems: string[] = [];
  if (images !== requests * batch) problems.push(`${requests} requests hold ${images} images`);
  if (latencyMs.count !== requests) problems.push(`${latencyMs.count} latencies of ${requests}`);
  if (requests > 0 && Math.abs(imagesPerSecond * seconds - images) > ROUNDING_ERROR_MAX * images) {
    problems.push(`${imagesPerSecond} images/s for ${seconds} s are not ${images}`);
  }
  return problems;
}

function hasFailures(cell: Cell): boolean {
  return cell.cutOff > 0 || Object.keys(cell.errors).length > 0;
}

function name({ series, batch, pattern, round }: Cell): string {
  return `${series}, batch ${batch}, ${pattern.clients} clients, round ${round}`;
}
