// deno-lint-ignore-file no-console
/** `deno task client:drift`: what shrinking photos on the client saves, and how far it moves their vectors. */
import { cosine } from "../client/embedding.ts";
import { EmbeddingClient } from "../client/embedding_client.ts";
import { Shrinker, type ShrinkOptions } from "../client/shrink/shrinker.ts";
import { runProgram } from "../command/program.ts";
import { chooseJpegDecoder } from "../preprocess/decode/jpeg/jpeg_decoders.ts";
import { cameraPhotos } from "./camera_photos.ts";
import { startGateway } from "./harness.ts";

const HELP = `Usage: deno task client:drift

Embeds the photos of testing/photos, and two of a camera's size, as they are and shrunk; prints bytes and cosines.
The model is the one that needs no weights. Takes no arguments but --help.`;

const WAYS: readonly ShrinkOptions[] = [
  { as: "png" },
  { as: "jpeg", quality: 98 },
  { as: "jpeg", quality: 95 },
  { as: "jpeg", quality: 90 },
];

async function photoSets() {
  const folder = new URL("./photos/", import.meta.url);
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
    .filter((name) => name.endsWith(".jpg"));
  const camera = { width: 4000, height: 3000, quality: 92, count: 2 };
  return {
    "testing/photos": await Promise.all(names.map((name) => Deno.readFile(new URL(name, folder)))),
    "12 megapixels, sharp": await cameraPhotos({ kind: "mosaic", ...camera }),
    "12 megapixels, soft": await cameraPhotos({ kind: "enlarged", ...camera }),
  };
}

async function main(): Promise<void> {
  await using gateway = await startGateway();
  const { path: turboJpegPath } = chooseJpegDecoder("auto");
  const client = new EmbeddingClient({ url: gateway.url });
  for (const [name, photos] of Object.entries(await photoSets())) {
    const vectors = await Promise.all(photos.map((photo) => client.embed(photo.slice())));
    const sent = photos.reduce((sum, { length }) => sum + length, 0);
    console.log(`${name}: ${photos.length} photos of ${kilobytes(sent / photos.length)}`);
    for (const way of WAYS) {
      using shrinker = new Shrinker({ ...way, turboJpegPath });
      let [bytes, ms, worst, sum] = [0, 0, 1, 0];
      for (const [index, photo] of photos.entries()) {
        const started = performance.now();
        const shrunk = await shrinker.shrink(photo.slice());
        ms += performance.now() - started;
        if (shrunk === undefined) throw new Error("Cannot shrink a photo");
        bytes += shrunk.bytes.length;
        const { vector } = await client.embed(shrunk.bytes);
        const similarity = cosine(vector, vectors[index]?.vector ?? new Float32Array());
        [worst, sum] = [Math.min(worst, similarity), sum + similarity];
      }
      const { length } = photos;
      console.log(
        `  ${way.as} ${way.quality ?? ""}: ${kilobytes(bytes / length)}, ${
          (ms / length).toFixed(0)
        } ms, ` +
          `1 − cosine ${(1 - sum / length).toExponential(1)} on average, ${
            (1 - worst).toExponential(1)
          } at worst`,
      );
    }
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

if (import.meta.main) await runProgram({ help: HELP }, main);
