/** What the dearest images take, beside what `image_cost.ts` reckons from their heads: for whoever sets its factors anew. */
import { deflateSync } from "node:zlib";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { imageCost } from "../../preprocess/header/image_cost.ts";
import type { PreprocessSpec } from "../../preprocess/contract/preprocess_spec.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import { countJpegScans } from "../../preprocess/header/jpeg_header.ts";
import { bmpOf } from "../../testing/bmp_bytes.ts";
import { GIF_BOMBS } from "../../testing/chaos/bombs/gif_bombs.ts";
import { JpegEncoder, type JpegVariant } from "../../testing/jpeg_encoder.ts";
import { jpegOfScans } from "../../testing/jpeg_of_scans.ts";
import { pngChunk, pngHead, pngOf } from "../../testing/png_bytes.ts";
import {
  type PreprocessorSettings,
  preprocessorSettings,
} from "../../preprocess/preprocessor_settings.ts";
import * as testing from "../../testing/preprocessor_settings.ts";
import { markdownTable } from "../report/readme_table.ts";
import type { CostJob, MeasuredCost } from "./cost_worker.ts";

/** 25 megapixels, the limit. */
const SIDE = 5000;
const LIMITS = { ...DEFAULT_LIMITS, bytesMax: 64 * 1024 * 1024, decodeMsMax: Infinity };

type File = Uint8Array<ArrayBuffer>;

/** A row an image: reckoned and measured milliseconds of processor time, and megabytes. */
export async function costTable(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, { make, ...changes }] of Object.entries(IMAGES)) {
    const bytes = make();
    const { length } = bytes;
    const settings = settingsOf(changes);
    const header = judgeImage(bytes, LIMITS);
    const scans = header.jpeg && countJpegScans(bytes, header.jpeg.firstScanOffset, 1000);
    const { ms, bytes: held } = imageCost({ bytes, header }, scans, settings.limits);
    const measured = await measure({ bytes, settings });
    const cells = [ms, measured.cpuMs, held / 1e6, measured.rssBytes / 1e6];
    rows.push([name, String(length), ...cells.map((value) => value.toFixed(0))]);
  }
  const head = ["25 megapixels, if not said", "bytes", "reckoned ms", "ms", "reckoned MB", "MB"];
  return markdownTable(head, rows);
}

/** Those of the default model, with changes. */
function settingsOf(changes: Partial<PreprocessSpec>): PreprocessorSettings {
  const { preprocess, turboJpegPath } = testing.preprocessorSettings();
  const spec = { ...preprocess, ...changes };
  return preprocessorSettings({ preprocess: spec, turboJpegPath, limits: LIMITS });
}

/** A thread of its own for each: memory that one has left would hide what the next one takes. */
async function measure(job: CostJob): Promise<MeasuredCost> {
  const worker = new Worker(new URL("./cost_worker.ts", import.meta.url), { type: "module" });
  const highest = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  // This thread looks while the other one is in a native call.
  const before = Deno.memoryUsage().rss;
  const watch = setInterval(() => {
    highest[0] = Math.max(highest[0] as number, (Deno.memoryUsage().rss - before) / 1024);
  }, 1);
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly cpuMs: number }>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
  try {
    worker.postMessage(job, [job.bytes.buffer]);
    return { ...await promise, rssBytes: (highest[0] as number) * 1024 };
  } finally {
    clearInterval(watch);
    worker.terminate();
  }
}

/** A file, and where its preprocessing is not the default model's. */
interface CostCase extends Partial<PreprocessSpec> {
  readonly make: () => File;
}

const IMAGES: Readonly<Record<string, CostCase>> = {
  "JPEG, baseline 4:2:0": { make: () => jpeg({}) },
  "JPEG, progressive 4:2:0": { make: () => jpeg({ isProgressive: true }) },
  "JPEG, progressive 4:4:4": { make: () => jpeg({ isProgressive: true, subsampling: "4:4:4" }) },
  "JPEG, arithmetic": { make: () => jpeg({ isArithmetic: true }) },
  "JPEG, progressive arithmetic": { make: () => jpeg({ isArithmetic: true, isProgressive: true }) },
  "JPEG, 100 empty scans": { make: () => empty("huffman") },
  "JPEG, 25 empty arithmetic scans": { make: () => empty("arithmetic", 25) },
  "PNG, 1-bit gray": { make: () => png(1, 0) },
  "PNG, RGB": { make: () => png(8, 2) },
  "PNG, 16-bit RGBA": { make: () => png(16, 6) },
  "PNG, 16-bit RGBA, interlaced": { make: () => png(16, 6, { isInterlaced: true }) },
  "PNG, palette": { make: () => png(8, 3) },
  "GIF": { make: () => GIF_BOMBS[0]?.make().body as File },
  "BMP, runs": { make: bmp },
  "JPEG, baseline 4:2:0, squash 512": { make: () => jpeg({}), resize_mode: "squash", size: 512 },
  "JPEG, baseline 4:2:0, longest 512": { make: () => jpeg({}), resize_mode: "longest", size: 512 },
  "PNG, 3 million × 1, squash": {
    make: () => png(8, 2, { width: 3_000_000, height: 1 }),
    resize_mode: "squash",
  },
  "PNG, 300 × 60,000, squash as Pillow 12": {
    make: () => png(8, 2, { width: 300, height: 60_000 }),
    resize_mode: "squash",
    pillow: 12,
  },
};

function empty(coding: "huffman" | "arithmetic", count = 100): File {
  return jpegOfScans({ side: SIDE, coding, scans: Array.from({ length: count }, () => 1) });
}

/** Made once: memory that pixels left behind would hide what decoding takes. */
let photo: File | undefined;

/** Waves and noise, about a byte for five pixels. */
function jpeg(variant: JpegVariant): File {
  const data = photo ??= Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
    const noise = Math.imul(at >> 2, 0x9e3779b1) >>> 28;
    return 128 + 90 * Math.sin(at % (SIDE * 3) / 291) + noise;
  });
  using encoder = new JpegEncoder();
  return encoder.encode({ width: SIDE, height: SIDE, data }, 85, variant);
}

/** Rows of zeros, each with the filter that takes longest. */
function png(
  depth: number,
  colourType: 0 | 2 | 3 | 6,
  { width = SIDE, height = SIDE, isInterlaced = false } = {},
): File {
  const rowBytes = Math.ceil(width * depth * { 0: 1, 2: 3, 3: 1, 6: 4 }[colourType] / 8);
  // Interlaced there are more rows, which end elsewhere; the filters that then stand there count for nothing.
  const rows = new Uint8Array((1 + rowBytes) * height + (isInterlaced ? height : 0));
  if (!isInterlaced) {
    for (let row = 0; row < height; row++) rows[row * (1 + rowBytes)] = 4;
  }
  const head = pngHead({ width, height, depth, colourType, isInterlaced });
  return pngOf(head, pngChunk("IDAT", deflateSync(rows)), pngChunk("IEND"));
}

/** Runs of 255 pixels. */
function bmp(): File {
  const row = [...Array(Math.ceil(SIDE / 255)).fill([255, 7]).flat(), 0, 0];
  const runs = Array(SIDE).fill(row).flat();
  return bmpOf({ width: SIDE, height: SIDE, bits: 8, compression: 1 }, Array(1024).fill(9), runs);
}
