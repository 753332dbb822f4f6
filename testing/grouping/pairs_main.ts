// deno-lint-ignore-file no-console
/** `deno task photos:pairs`: what finding pairs costs. */
import process from "node:process";
import { oneOf, type Parsed, positive, runProgram } from "../../command/program.ts";
import { nearPairs } from "../../photos/groups/near_pairs.ts";
import type { FoundPairs } from "../../photos/groups/exact_pairs.ts";
import { plantedVectors } from "./planted_vectors.ts";

const PROGRAM = {
  help: `Usage: deno task photos:pairs [options]

Makes vectors as a tower gives them, with near pairs planted among them, and finds those of cosine 0.95 and more, down to
a floor. Prints pairs, processor time, memory and, of both ways, the recall of the approximate one.

  --count N     vectors of 512 (100000)
  --ways WAYS   exact, approximate or both (exact)
  --threads N   of the search (1)
  --floor N     cosine from which pairs are kept (0.85)`,
  options: {
    count: { type: "string", default: "100000" },
    ways: { type: "string", default: "exact" },
    threads: { type: "string", default: "1" },
    floor: { type: "string", default: "0.85" },
  },
} as const;

const DIM = 512;
const THRESHOLD = 0.95;
const WAYS = {
  exact: ["exact"],
  approximate: ["approximate"],
  both: ["exact", "approximate"],
} as const;

async function run({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const count = positive("count", values.count);
  const ways = WAYS[oneOf("ways", values.ways, ["exact", "approximate", "both"])];
  const options = {
    threshold: THRESHOLD,
    floor: positive("floor", values.floor),
    threads: positive("threads", values.threads),
  };
  const vectors = plantedVectors(count, DIM);
  const found: Set<number>[] = [];
  for (const way of ways) {
    const [before, started] = [process.cpuUsage(), performance.now()];
    const result = await nearPairs(vectors, way, options);
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `${way}: ${result.pairs.a.length} pairs from ${result.floor} on, ${
        ((user + system) / 1e6).toFixed(1)
      } s of processor, ${seconds.toFixed(1)} s, ${
        Math.round(Deno.memoryUsage().rss / 1e6)
      } MB resident at the end, load ${Deno.loadavg()[0]}`,
    );
    found.push(keysOf(result, count));
  }
  const [exact, approximate] = found;
  if (exact === undefined || approximate === undefined) return;
  const common = exact.intersection(approximate).size;
  console.log(`recall ${common / exact.size}, precision ${common / approximate.size}`);
}

/** Pairs that reach the threshold. */
function keysOf({ pairs: { a, b, cosines } }: FoundPairs, count: number): Set<number> {
  const keys = new Set<number>();
  for (const [at, cosine] of cosines.entries()) {
    if (cosine >= THRESHOLD) keys.add((a[at] as number) * count + (b[at] as number));
  }
  return keys;
}

if (import.meta.main) await runProgram(PROGRAM, run);
