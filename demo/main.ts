// deno-lint-ignore-file no-console
/** `deno task demo`: starts the gateway, sends photos over HTTP and shows the near-duplicates found. */
import { plainMessage } from "../command/plain_message.ts";
import { type Parsed, runProgram } from "../command/program.ts";
import { compose } from "../gateway/compose.ts";
import { parseConfig } from "../gateway/config/config.ts";
import { findPhotos } from "../gateway/photo_files.ts";
import { groupNearDuplicates, nearestMiss } from "./grouping.ts";
import { type Exchange, groupTable, photoLine, photoTableHead, summary } from "./report.ts";

const PROGRAM = {
  help: `Usage: deno task demo [FILE...]

Starts the gateway with its own engine on a free port, sends photos and groups near-duplicates: the sample photos, or
yours. A folder stands for every image in it and below it. Exits 1 if no photo was embedded, or if the groups of the
samples are not those that the file names tell.`,
  allowPositionals: true,
} as const;

const PHOTOS = new URL("../testing/photos/", import.meta.url);
/** Bytes of one photo as the tensor a Triton client would send: 3 × 224 × 224 FP32. */
const TENSOR_BYTES = 3 * 224 * 224 * 4;
/** Half-way between altered copies of one photo and different photos, by measurement. */
const THRESHOLD = 0.5;
/** Every photo is compared with all others: more belong into an index. */
const PHOTOS_MAX = 5000;

/** A photo to be sent. */
interface Photo {
  readonly name: string;
  readonly path: string | URL;
}

async function main({ positionals }: Parsed<typeof PROGRAM>): Promise<number> {
  const photos = positionals.length === 0 ? await samples() : await ownPhotos(positionals);
  const started = performance.now();
  const { config, problems } = parseConfig({ GATEWAY_PORT: "0", GATEWAY_LOG_LEVEL: "error" });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  await using gateway = await compose(config);
  const startMs = performance.now() - started;
  console.log(
    `Gateway at ${gateway.url}, model ${config.models.join(", ")}, ready in ${
      startMs.toFixed(0)
    } ms\n`,
  );
  console.log(photoTableHead());
  const exchanges: Exchange[] = [];
  for (const photo of photos) {
    try {
      const exchange = await embed(gateway.url, photo);
      console.log(photoLine(exchange));
      exchanges.push(exchange);
    } catch (error) {
      console.error(`${photo.name}: ${error instanceof Error ? plainMessage(error) : error}`);
    }
  }
  if (exchanges.length === 0) throw new Error("No photo was embedded");
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
  return positionals.length > 0 || isAsExpected(groups) ? 0 : 1;
}

/** The file names tell what belongs together: `cat_q30.jpg` is a copy of `cat.jpg`. */
function isAsExpected(groups: readonly { readonly names: readonly string[] }[]): boolean {
  const originals = groups.map(({ names }) => new Set(names.map((name) => name.split("_")[0])));
  const found = new Set(originals.flatMap((set) => [...set]));
  if (originals.every((set) => set.size === 1) && found.size === groups.length) return true;
  console.error("The groups are not those that the file names tell");
  return false;
}

async function samples(): Promise<Photo[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(PHOTOS)) {
    if (name.endsWith(".jpg")) names.push(name);
  }
  return names.sort().map((name) => ({
    name: name.slice(0, -".jpg".length),
    path: new URL(name, PHOTOS),
  }));
}

/** @throws {Error} when there are none, or too many to compare all of them. */
async function ownPhotos(typed: readonly string[]): Promise<Photo[]> {
  const { files } = await findPhotos(typed, Deno.env.get("INIT_CWD") ?? Deno.cwd());
  if (files.length === 0) throw new Error("No image was found");
  if (files.length > PHOTOS_MAX) {
    throw new Error(`The demo compares at most ${PHOTOS_MAX} photos: there are ${files.length}`);
  }
  return files.map(({ typed: name, path }) => ({ name, path }));
}

/** Sends one photo as base64 JSON. */
async function embed(url: string, { name, path }: Photo): Promise<Exchange> {
  const photo = await Deno.readFile(path);
  const body = JSON.stringify({ image: photo.toBase64() });
  const started = performance.now();
  const response = await fetch(`${url}/embed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const reply = await response.text();
  const ms = performance.now() - started;
  if (!response.ok) throw new Error(JSON.parse(reply).error.message);
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
  await runProgram(PROGRAM, async (parsed) => {
    Deno.exitCode = await main(parsed);
  });
}
