// deno-lint-ignore-file no-console
/** `deno task demo`: starts the gateway, sends the sample photos over HTTP and shows the near-duplicates found. */
import { runProgram } from "../command/program.ts";
import { compose } from "../gateway/compose.ts";
import { parseConfig } from "../gateway/config/config.ts";
import { groupNearDuplicates, nearestMiss } from "./grouping.ts";
import { type Exchange, groupTable, photoLine, photoTableHead, summary } from "./report.ts";

const PROGRAM = {
  help: `Usage: deno task demo

Starts the gateway with its own engine on a free port, sends the sample photos and groups near-duplicates. Exits 1 if
the groups are not those that the file names tell.`,
};

const PHOTOS = new URL("../testing/photos/", import.meta.url);
/** Bytes of one photo as the tensor a Triton client would send: 3 × 224 × 224 FP32. */
const TENSOR_BYTES = 3 * 224 * 224 * 4;
/** Half-way between altered copies of one photo and different photos, by measurement. */
const THRESHOLD = 0.5;

async function main(): Promise<number> {
  const started = performance.now();
  const { config, problems } = parseConfig({ GATEWAY_PORT: "0", GATEWAY_LOG_LEVEL: "error" });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  await using gateway = await compose(config);
  const startMs = performance.now() - started;
  console.log(
    `Gateway at ${gateway.url}, model ${config.model}, ready in ${startMs.toFixed(0)} ms\n`,
  );
  console.log(photoTableHead());
  const exchanges: Exchange[] = [];
  for (const name of await photoNames()) {
    const exchange = await embed(gateway.url, name);
    console.log(photoLine(exchange));
    exchanges.push(exchange);
  }
  const groups = groupNearDuplicates(exchanges, THRESHOLD);
  console.log("\n" + groupTable(groups));
  console.log(
    "\n" + summary({
      exchanges,
      groups,
      threshold: THRESHOLD,
      nearestMiss: nearestMiss(exchanges, groups),
      tensorBytes: TENSOR_BYTES,
    }),
  );
  return isAsExpected(groups) ? 0 : 1;
}

/** The file names tell what belongs together: `cat_q30.jpg` is a copy of `cat.jpg`. */
function isAsExpected(groups: readonly { readonly names: readonly string[] }[]): boolean {
  const originals = groups.map(({ names }) => new Set(names.map((name) => name.split("_")[0])));
  const found = new Set(originals.flatMap((set) => [...set]));
  if (originals.every((set) => set.size === 1) && found.size === groups.length) return true;
  console.error("The groups are not those that the file names tell");
  return false;
}

async function photoNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(PHOTOS)) {
    if (name.endsWith(".jpg")) names.push(name.slice(0, -".jpg".length));
  }
  return names.sort();
}

/** Sends one photo as base64 JSON. */
async function embed(url: string, name: string): Promise<Exchange> {
  const photo = await Deno.readFile(new URL(`${name}.jpg`, PHOTOS));
  const body = JSON.stringify({ image: photo.toBase64() });
  const started = performance.now();
  const response = await fetch(`${url}/embed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const reply = await response.text();
  const ms = performance.now() - started;
  if (!response.ok) throw new Error(`${name}: ${response.status} ${reply}`);
  return {
    name,
    embedding: Float32Array.from(JSON.parse(reply).embedding as number[]),
    ms,
    photoBytes: photo.length,
    bytesOut: body.length,
    bytesIn: reply.length,
  };
}

if (import.meta.main) {
  await runProgram(PROGRAM, async () => {
    try {
      Deno.exitCode = await main();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      Deno.exitCode = 1;
    }
  });
}
