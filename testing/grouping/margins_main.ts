// deno-lint-ignore-file no-console
/** `deno task photos:margins`: what threshold suits a model, as far as altered copies tell. */
import { join, resolve } from "node:path";
import { type Parsed, positive, runProgram, UsageError } from "../../command/program.ts";
import { EmbeddingClient } from "../../client/embedding_client.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { startLocalGateway } from "../../client/deno/local_gateway.ts";
import { ALTERATIONS, CopyMaker } from "./altered_copies.ts";
import { marginsOf } from "./margins.ts";

const PROGRAM = {
  help: `Usage: deno task photos:margins [FOLDER] [options]

Makes copies of photos (half as large, cropped, recompressed, brightened), embeds all, and prints the cosines of copies
and of different photos, and what is half-way. FOLDER has photos that are all different (default: nine samples).

  --url URL      the gateway (default: one of this process's own)
  --model NAME   the model of photos (default: the gateway's)
  --count N      photos to take at most (200)`,
  allowPositionals: true,
  options: {
    url: { type: "string" },
    model: { type: "string" },
    count: { type: "string", default: "200" },
  },
} as const;

const SAMPLES = new URL("../photos/", import.meta.url);

async function run({ values, positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  const [folder, ...more] = positionals;
  if (more.length > 0) throw new UsageError("Only one folder is taken");
  const paths = folder === undefined ? sampleOriginals() : photosOf(folder);
  await using gateway = values.url === undefined ? await startLocalGateway({}) : undefined;
  const { url = values.url ?? "", key } = gateway ?? {};
  const client = new EmbeddingClient({ url, key, model: values.model });
  using maker = new CopyMaker();
  const photos: Float32Array[][] = [];
  for (const path of paths.slice(0, positive("count", values.count))) {
    try {
      const vectors: Float32Array[] = [];
      for (const copy of await maker.make(await Deno.readFile(path))) {
        vectors.push((await client.embed(copy)).vector);
      }
      photos.push(vectors);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      console.error(`${path}: ${error.message}`);
    }
  }
  if (photos.length < 2) throw new UsageError("At least two photos are needed");
  print(photos);
}

function print(photos: readonly (readonly Float32Array[])[]): void {
  const { farthestCopies, copiesLow, nearestOthers, threshold, isClear } = marginsOf(photos);
  const shown = (cosine: number) => cosine.toFixed(4);
  console.log(`${photos.length} photos, four copies each`);
  farthestCopies.forEach((cosine, at) =>
    console.log(`farthest by ${(ALTERATIONS[at + 1] ?? "").padEnd(12)} ${shown(cosine)}`)
  );
  console.log(`99 of 100 copies         ${shown(copiesLow)}`);
  console.log(`nearest different photos ${shown(nearestOthers)}`);
  console.log(`half-way                 ${shown(threshold)}`);
  if (!isClear) {
    console.log("Some copies are farther than different photos: no threshold parts them");
  }
}

function sampleOriginals(): URL[] {
  return [...Deno.readDirSync(SAMPLES)].map(({ name }) => name)
    .filter((name) => /^[a-z]+\.jpg$/.test(name)).sort().map((name) => new URL(name, SAMPLES));
}

function photosOf(folder: string): string[] {
  const from = resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), folder);
  return [...Deno.readDirSync(from)].map(({ name }) => name)
    .filter((name) => /\.(?:jpe?g|png|webp|tiff?)$/i.test(name)).sort()
    .map((name) => join(from, name));
}

if (import.meta.main) await runProgram(PROGRAM, run);
