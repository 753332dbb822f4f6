// deno-lint-ignore-file no-console
/**
 * `deno task model:compare URL URL [--key KEY] [--cosine-min 0.999]`: embeds the sample photos at two gateways, such as
 * one on TensorRT and one on the CPU, and prints how close they are. Exits 1 when a photo's cosine is below the least.
 */
import { parseArgs } from "node:util";
import {
  compareGateways,
  describeGateway,
  type Photo,
  type RunningGateway,
} from "./gateway_agreement.ts";

const PHOTOS = new URL("../testing/photos/", import.meta.url);
/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64;

const { values: { key, "cosine-min": leastText }, positionals: [first, second] } = parseArgs({
  options: { key: { type: "string" }, "cosine-min": { type: "string", default: "0.999" } },
  allowPositionals: true,
});
const least = Number(leastText);
if (first === undefined || second === undefined || !(least <= 1)) {
  console.error("Usage: deno task model:compare URL URL [--key KEY] [--cosine-min 0.999]");
  Deno.exitCode = EXIT_USAGE;
} else {
  try {
    Deno.exitCode = await compare({ url: first, key }, { url: second, key });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exitCode = 1;
  }
}

async function compare(a: RunningGateway, b: RunningGateway): Promise<number> {
  for (const gateway of [a, b]) console.log(`${gateway.url}: ${await describeGateway(gateway)}`);
  const agreements = await compareGateways(await readPhotos(), a, b);
  const [worst] = agreements.toSorted((one, other) => one.cosine - other.cosine);
  if (worst === undefined) throw new Error("Cannot compare gateways without photos");
  console.log(
    `${agreements.length} photos, least cosine ${
      worst.cosine.toFixed(7)
    } (${worst.photo}), must be ≥ ${least}`,
  );
  return worst.cosine >= least ? 0 : 1;
}

async function readPhotos(): Promise<Photo[]> {
  const names = (await Array.fromAsync(Deno.readDir(PHOTOS))).map(({ name }) => name)
    .filter((name) => name.endsWith(".jpg")).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, bytes: await Deno.readFile(new URL(name, PHOTOS)) })),
  );
}
