// deno-lint-ignore-file no-console
/** How the gateway's code differs from Pillow on damaged files that `make_damage.py` wrote, as a table; names on standard error. */
import { oneOf, type Parsed, runProgram, UsageError } from "../../command/program.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import {
  chooseJpegDecoder,
  JPEG_DECODER_CHOICES,
} from "../../preprocess/decode/jpeg/jpeg_decoders.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { sha256 } from "../digest.ts";
import { readDctManifest } from "../dct_model.ts";
import { RASTER_SIDE, type RasterGolden, readRasters } from "./read_rasters.ts";

const PROGRAM = {
  help: `Usage: deno run -P=test testing/goldens/compare_damaged_main.ts FOLDER/ FORMAT...
                [--jpeg-decoder auto|native|portable]

Prints a row a format: how many files come out as Pillow's, are refused by both, by one alone, or come
out as another picture. What differs is named on standard error, with our reason or Pillow's.`,
  allowPositionals: true,
  options: { "jpeg-decoder": { type: "string" } },
} as const;

const OUTCOMES = ["same", "both refuse", "only Pillow", "only ours", "ANOTHER PICTURE"] as const;
type Outcome = typeof OUTCOMES[number];

async function main({ values, positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  const [folder, ...formats] = positionals;
  if (folder === undefined) throw new UsageError("FOLDER is required");
  const decoder = oneOf("jpeg-decoder", values["jpeg-decoder"] ?? "auto", JPEG_DECODER_CHOICES);
  const { path } = chooseJpegDecoder(decoder);
  const preprocess = { ...readDctManifest().preprocess, size: RASTER_SIDE };
  using preprocessor = new Preprocessor(preprocessorSettings({ preprocess, turboJpegPath: path }));
  console.log(`| format | files | ${OUTCOMES.join(" | ")} |`);
  for (const format of formats) {
    const counts = new Map<Outcome, number>();
    const files = readRasters(format, new URL(folder, `file://${Deno.cwd()}/`));
    for (const file of files) {
      const { outcome, reason } = await compare(preprocessor, file);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (reason !== undefined) console.error(`${format}  ${outcome}  ${file.name}: ${reason}`);
    }
    const cells = OUTCOMES.map((outcome) => counts.get(outcome) ?? 0);
    console.log(`| ${format} | ${files.length} | ${cells.join(" | ")} |`);
  }
}

async function compare(
  preprocessor: Preprocessor,
  { file, u8, error }: RasterGolden,
): Promise<{ readonly outcome: Outcome; readonly reason?: string }> {
  try {
    const { crop } = await preprocessor.preprocess(file, OPEN_CLIP);
    if (u8 === undefined) return { outcome: "only ours", reason: error ?? "" };
    const isSame = sha256(crop) === u8;
    return isSame ? { outcome: "same" } : { outcome: "ANOTHER PICTURE", reason: "" };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    if (u8 === undefined) return { outcome: "both refuse" };
    const cause = thrown.cause instanceof Error ? ` (${thrown.cause.message})` : "";
    return { outcome: "only Pillow", reason: `${thrown.code}: ${thrown.message}${cause}` };
  }
}

if (import.meta.main) await runProgram(PROGRAM, main);
