// deno-lint-ignore-file no-console
/**
 * `deno task bench:overhead`: what the gateway adds to a bare Triton call, by shared memory and inline.
 *
 * A real Triton, two gateways and a client of Triton alone take turns, so that whatever else the machine does hits
 * all of them; figures are medians of the turns.
 */
import { oneOf, type Parsed, positive, runProgram } from "../command/program.ts";
import { PHOTO_SIZE_NAMES } from "../testing/photo_set.ts";
import { RealTriton } from "../testing/real_triton.ts";
import { GeneratorProcess } from "./load/generator_process.ts";
import { type Contestant, runContest } from "./peers/contest.ts";
import { standingFigures } from "./peers/standings_table.ts";
import { startGateway } from "./processes/gateway.ts";
import { markdownTable } from "./report/readme_table.ts";
import { referenceLoopMs } from "./timing/reference_loop.ts";

const HELP = `Usage: deno task bench:overhead [options]

Prints latency, calls a second and processor time of a client of Triton alone and of the gateway, each by shared memory
and inline, and of a gateway that serves a second model, too, which nobody asks for.

  --size ${PHOTO_SIZE_NAMES.join("|")}  of the photos (224)
  --rounds N           turns of each (5)
  --seconds N          of a turn with 16 in flight; one at a time takes half of it (3)`;

const PROGRAM = {
  help: HELP,
  options: {
    size: { type: "string", default: "224" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
  },
} as const;

const MODEL = "dct_512";
const IDLE_MODEL = "dct_512_u8";
const IN_FLIGHT = 16;
const HEAD = ["ms", "alone p50", "p99", `${IN_FLIGHT} in flight p50`, "p99", "a second"]
  .concat("CPU a call");

/** The client's own processor time counts for bare calls, the gateway's for requests. */
async function startContestants(stack: AsyncDisposableStack): Promise<Contestant[]> {
  const served = [{ source: MODEL }, { source: IDLE_MODEL }];
  const { process: { grpcUrl: url } } = stack.use(await RealTriton.start(served));
  const bare = (label: string, way: "bare-shared" | "bare-inline"): Contestant => {
    const generator = stack.use(new GeneratorProcess());
    return { label, generator, pid: generator.pid, way, target: { url, model: MODEL } };
  };
  const generator = stack.use(new GeneratorProcess());
  const gateway = async (
    label: string,
    sharedMemory: "on" | "off",
    model = MODEL,
  ): Promise<Contestant> => {
    const options = { model, tritonUrl: url, sharedMemory };
    const { url: target, pid } = stack.use(await startGateway(options));
    return { label, generator, pid, way: "lean-raw", target };
  };
  return [
    bare("bare client, shared memory", "bare-shared"),
    bare("bare client, inline", "bare-inline"),
    await gateway("gateway, shared memory", "on"),
    await gateway("gateway, inline", "off"),
    await gateway("gateway, beside an idle model", "on", `${MODEL},${IDLE_MODEL}`),
  ];
}

async function measure({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const photoSize = oneOf("size", values.size, PHOTO_SIZE_NAMES);
  const rounds = positive("rounds", values.rounds);
  const seconds = positive("seconds", values.seconds);
  await using stack = new AsyncDisposableStack();
  const contestants = await startContestants(stack);
  const loops = [referenceLoopMs()];
  const figures = [];
  for (const load of [{ clients: 1, seconds: seconds / 2 }, { clients: IN_FLIGHT, seconds }]) {
    const standings = await runContest(contestants, { photoSize, rounds, ...load }, () => {});
    figures.push(standings.map(standingFigures));
    loops.push(referenceLoopMs());
  }
  const [alone = [], many = []] = figures;
  const failures = figures.flat().reduce((sum, { failures }) => sum + failures, 0);
  if (failures > 0) throw new Error(`Cannot measure as ${failures} requests failed`);
  const rows = many.map(({ p50, p99, requestsPerSecond, cpuMs }, index) => [
    contestants[index]?.label ?? "",
    ...[alone[index]?.p50 ?? NaN, alone[index]?.p99 ?? NaN, p50, p99].map((ms) => ms.toFixed(2)),
    requestsPerSecond.toFixed(0),
    cpuMs.toFixed(2),
  ]);
  console.log(markdownTable(HEAD, rows));
  const [, , shared, inline, beside] = many.map(({ cpuMs }) => cpuMs);
  const times = (cpuMs = NaN) => (cpuMs / (shared ?? NaN)).toFixed(2);
  console.log(`\na photo inline costs the gateway ${times(inline)} times what it does otherwise`);
  console.log(`beside an idle model a photo costs ${times(beside)} times what it does alone`);
  const [least, most] = [Math.min(...loops), Math.max(...loops)].map((ms) => ms.toFixed(0));
  console.log(`a fixed loop took ${least} to ${most} ms meanwhile`);
}

if (import.meta.main) await runProgram(PROGRAM, measure);
