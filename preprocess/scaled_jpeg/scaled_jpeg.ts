/**
 * JPEGs to a half, a quarter or an eighth of their sides, the very pixels that libjpeg makes with islow DCT and fancy
 * upsampling, in half its time: a package of its own behind `createScaledJpegDecoder()`.
 *
 * The work is done by `assembly/`, which is linked into the kernel since both share its memory; this file lays out
 * what it reads. Its addresses are the module's exports.
 */
import type { PixelImage } from "../contract/pixels.ts";
import { scaledShape } from "../header/jpeg_scale.ts";
import type { KernelInstance } from "../kernel/kernel_instance.ts";
import type { PixelMemory, Workspace } from "../kernel/pixel_memory.ts";
import { Arena } from "../kernel/resize_plan.ts";
import { type BaselineScan, readBaselineScan } from "./jpeg_scan.ts";

/**
 * Decodes a JPEG whose header was judged; its sides are divided and rounded up.
 *
 * @returns Pixels that the memory lends; `undefined` when that is for libjpeg: there is anything unusual about the file,
 * or no room.
 */
export type ScaledJpegDecoder = (
  bytes: Uint8Array,
  denominator: 2 | 4 | 8,
) => PixelImage | undefined;

/** A JPEG on its way to pixels. */
interface ScaledJpeg {
  readonly bytes: Uint8Array;
  readonly scan: BaselineScan;
  readonly denominator: 2 | 4 | 8;
}

/** Fields of `Job` in `assembly/jpeg_layout.ts`, which says what they mean. */
const JOB_FIELDS = [
  "source",
  "target",
  "planes",
  "planeStride",
  "width",
  "height",
  "mcuColumns",
  "mcuRows",
  "components",
  "across",
  "down",
  "lumaSize",
  "chromaSize",
  "restartInterval",
] as const;
type Job = Readonly<Record<typeof JOB_FIELDS[number], number>>;

/** The kernel reads 16 bytes at a time, and takes 0xff without a 0 for the end. */
const SENTINEL_BYTES = 16;
/** Samples before a line for a neighbour of the first one, and behind it what a group of four blocks writes too much. */
const LINE_MARGIN_BYTES = 16;
const LINE_SLACK_BYTES = 64;

/** Makes a decoder into a kernel's memory; for one thread, one image at a time. */
export function createScaledJpegDecoder(memory: PixelMemory): ScaledJpegDecoder {
  let linked: LinkedDecoder | undefined;
  return (bytes, denominator) => {
    const scan = readBaselineScan(bytes);
    if (scan === undefined) return undefined;
    const jpeg = { bytes, scan, denominator };
    const shape = scaledShape(scan, denominator);
    const workspace = memory.workspace(shape, layOut(jpeg, 0).end);
    if (workspace === undefined) return undefined;
    linked ??= new LinkedDecoder(workspace.instance);
    return linked.decode(jpeg, workspace) ? { ...shape, data: workspace.pixels } : undefined;
  };
}

/** The decoder in one instance of the kernel: where it reads what, asked once. */
class LinkedDecoder {
  readonly #instance: KernelInstance;
  readonly #scaleJpeg: () => number;
  /** Addresses of the fields. */
  readonly #job: Job;
  readonly #codes: number;
  readonly #codesBytes: number;
  /** Of these the lengths and symbols; behind them is what the kernel makes of them, and keeps. */
  readonly #fileCodesBytes: number;
  readonly #quantizers: number;

  constructor(instance: KernelInstance) {
    this.#instance = instance;
    this.#scaleJpeg = instance.linkedFunction("scaleJpeg");
    this.#codes = instance.linkedNumber("CODES");
    this.#codesBytes = instance.linkedNumber("CODES_BYTES");
    this.#fileCodesBytes = instance.linkedNumber("CODE_LIMITS");
    this.#quantizers = instance.linkedNumber("QUANTIZERS");
    const fields = JOB_FIELDS.map((field) => [field, instance.linkedNumber(`JOB_${field}`)]);
    this.#job = Object.fromEntries(fields) as Job;
  }

  decode(jpeg: ScaledJpeg, { pixels, start }: Workspace): boolean {
    const { scan, denominator } = jpeg;
    const { source, planes, planeStride } = layOut(jpeg, start);
    this.#writeFile(jpeg, source);
    const luma = 8 / denominator;
    this.#writeJob({
      source,
      target: pixels.byteOffset,
      planes: planes + LINE_MARGIN_BYTES,
      planeStride,
      width: Math.ceil(scan.width / denominator),
      height: Math.ceil(scan.height / denominator),
      mcuColumns: mcuColumns(scan),
      mcuRows: Math.ceil(scan.height / (8 * scan.down)),
      components: scan.components,
      across: scan.across,
      down: scan.down,
      lumaSize: luma,
      // libjpeg gives colour blocks of twice the size where both of its sides have half the samples.
      chromaSize: scan.across === 2 && scan.down === 2 ? 2 * luma : luma,
      restartInterval: scan.restartInterval,
    });
    return this.#scaleJpeg() !== 0;
  }

  #writeFile({ bytes, scan }: ScaledJpeg, source: number): void {
    const memory = new Uint8Array(this.#instance.buffer);
    const data = bytes.subarray(scan.offset);
    memory.set(data, source);
    memory.fill(0xff, source + data.length, source + data.length + SENTINEL_BYTES);
    scan.codes.forEach((codes, index) => {
      const address = this.#codes + index * this.#codesBytes;
      memory.fill(0, address, address + this.#fileCodesBytes);
      memory.set(codes, address);
    });
    scan.quantizers.forEach((quantizer, index) => {
      memory.set(quantizer, this.#quantizers + index * 64);
    });
  }

  #writeJob(job: Job): void {
    const words = new Uint32Array(this.#instance.buffer);
    for (const field of JOB_FIELDS) words[this.#job[field] >> 2] = job[field];
  }
}

function layOut({ scan, bytes, denominator }: ScaledJpeg, start: number) {
  const arena = new Arena(start);
  const source = arena.take(bytes.length - scan.offset + SENTINEL_BYTES);
  const samples = mcuColumns(scan) * scan.across * 8 / denominator;
  const planeStride = Math.ceil(samples / 16) * 16 + LINE_MARGIN_BYTES + LINE_SLACK_BYTES;
  // Three components, and two once more at twice their width.
  const planes = arena.take(5 * planeStride * scan.down * 8 / denominator);
  return { source, planes, planeStride, end: arena.end };
}

function mcuColumns(scan: BaselineScan): number {
  return Math.ceil(scan.width / (8 * scan.across));
}
