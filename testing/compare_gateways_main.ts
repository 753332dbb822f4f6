// deno-lint-ignore-file no-console
/** `deno task model:compare`: how near the embeddings of two gateways are. */
import {
  compareGateways,
  describeGateway,
  type Photo,
  type RunningGateway,
} from "./gateway_agreement.ts";
import { assertReachable } from "./reachable.ts";
import { type Parsed, positive, runProgram, UsageError } from "../command/program.ts";

const HELP = `Usage: deno task model:compare URL URL [options]

Embeds the sample photos at two gateways, such as one on TensorRT and one on the CPU, and prints how close they are.
Exits 1 when a photo's cosine is below the least.

  --key KEY       of both gateways
  --cosine-min N  the least (0.999)`;

const PROGRAM = {
  help: HELP,
  options: { key: { type: "string" }, "cosine-min": { type: "string", default: "0.999" } },
  allowPositionals: true,
} as const;

const PHOTOS = new URL("./photos/", import.meta.url);

async function main({ values, positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  const [first, second] = positionals;
  const { key } = values;
  const least = positive("cosine-min", values["cosine-min"]);
  if (first === undefined || second === undefined || positionals.length > 2) {
    throw new UsageError("Two URLs are needed");
  }
  const [a, b] = [{ url: gatewayUrl(first), key }, { url: gatewayUrl(second), key }];
  if (least > 1) throw new UsageError(`--cosine-min must be at most 1: it is ${least}`);
  await assertReachable([a.url, b.url]);
  if (!await areNear([a, b], least)) Deno.exitCode = 1;
}

/** @throws {UsageError} for what is no URL of a gateway. */
function gatewayUrl(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text.replace(/\/$/, "");
  throw new UsageError(`URL must begin with http:// or https://: it is ${text}`);
}

/** Prints how near they are. */
async function areNear(
  [a, b]: readonly [RunningGateway, RunningGateway],
  least: number,
): Promise<boolean> {
  for (const gateway of [a, b]) console.log(`${gateway.url}: ${await describeGateway(gateway)}`);
  const agreements = await compareGateways(await readPhotos(), a, b);
  const [worst] = agreements.toSorted((one, other) => one.cosine - other.cosine);
  if (worst === undefined) throw new Error("Cannot compare gateways without photos");
  console.log(
    `${agreements.length} photos, least cosine ${
      worst.cosine.toFixed(7)
    } (${worst.photo}), must be ≥ ${least}`,
  );
  return worst.cosine >= least;
}

async function readPhotos(): Promise<Photo[]> {
  const names = (await Array.fromAsync(Deno.readDir(PHOTOS))).map(({ name }) => name)
    .filter((name) => name.endsWith(".jpg")).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, bytes: await Deno.readFile(new URL(name, PHOTOS)) })),
  );
}

if (import.meta.main) await runProgram(PROGRAM, main);
