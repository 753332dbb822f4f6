/** What the dearest images take, beside what `image_cost.ts` reckons from their heads: for whoever sets its factors anew. */
import { crc32, deflateSync } from "node:zlib";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { imageCost } from "../../preprocess/header/image_cost.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import { countJpegScans } from "../../preprocess/header/jpeg_header.ts";
import { JpegEncoder, type JpegVariant } from "../../testing/jpeg_encoder.ts";
import { jpegOfScans } from "../../testing/jpeg_of_scans.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { markdownTable } from "../report/readme_table.ts";
import type { CostJob, MeasuredCost } from "./cost_worker.ts";

/** 25 megapixels, the limit. */
const SIDE = 5000;
const LIMITS = { ...DEFAULT_LIMITS, bytesMax: 64 * 1024 * 1024, decodeMsMax: Infinity };

type File = Uint8Array<ArrayBuffer>;

/** A row an image: reckoned and measured milliseconds of processor time, and megabytes. */
export async function costTable(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, make] of Object.entries(IMAGES)) {
    const bytes = make();
    const { length } = bytes;
    const header = judgeImage(bytes, LIMITS);
    const scans = header.jpeg && countJpegScans(bytes, header.jpeg.firstScanOffset, 1000);
    const { ms, bytes: held } = imageCost({ bytes, header }, scans);
    const measured = await measure({
      bytes,
      settings: { ...preprocessorSettings(), limits: LIMITS },
    });
    const cells = [ms, measured.cpuMs, held / 1e6, measured.rssBytes / 1e6];
    rows.push([name, String(length), ...cells.map((value) => value.toFixed(0))]);
  }
  const head = ["25 megapixels", "bytes", "reckoned ms", "ms", "reckoned MB", "MB"];
  return markdownTable(head, rows);
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

const IMAGES: Readonly<Record<string, () => File>> = {
  "JPEG, baseline 4:2:0": () => jpeg({}),
  "JPEG, progressive 4:2:0": () => jpeg({ isProgressive: true }),
  "JPEG, progressive 4:4:4": () => jpeg({ isProgressive: true, subsampling: "4:4:4" }),
  "JPEG, arithmetic": () => jpeg({ isArithmetic: true }),
  "JPEG, progressive arithmetic": () => jpeg({ isArithmetic: true, isProgressive: true }),
  "JPEG, 100 empty scans": () => empty("huffman"),
  "JPEG, 25 empty arithmetic scans": () => empty("arithmetic", 25),
  "PNG, 1-bit gray": () => png(1, 0),
  "PNG, RGB": () => png(8, 2),
  "PNG, 16-bit RGBA": () => png(16, 6),
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
function png(depth: number, colourType: 0 | 2 | 6): File {
  const rowBytes = Math.ceil(SIDE * depth * { 0: 1, 2: 3, 6: 4 }[colourType] / 8);
  const rows = new Uint8Array((1 + rowBytes) * SIDE);
  for (let row = 0; row < SIDE; row++) rows[row * (1 + rowBytes)] = 4;
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, SIDE);
  new DataView(header.buffer).setUint32(4, SIDE);
  header.set([depth, colourType], 8);
  const chunk = (name: string, data: Uint8Array) => {
    const bytes = new Uint8Array(12 + data.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, data.length);
    bytes.set(new TextEncoder().encode(name), 4);
    bytes.set(data, 8);
    view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
    return [...bytes];
  };
  const signature = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
  const chunks = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", rows.subarray(0, 0)),
  ];
  return Uint8Array.from([...signature, ...chunks.flat()]);
}
