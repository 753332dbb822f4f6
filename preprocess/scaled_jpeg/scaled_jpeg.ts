/** JPEGs to fewer pixels in the kernel: what `assembly/scaled_jpeg.ts` needs to know, and where. */
import type { BaselineScan } from "../header/jpeg_scan.ts";
import type { KernelInstance } from "../kernel/kernel_instance.ts";
import { Arena } from "../kernel/resize_plan.ts";

/** A JPEG on its way to pixels. */
export interface ScaledJpeg {
  readonly bytes: Uint8Array;
  readonly scan: BaselineScan;
  /** What its sides are divided by, rounded up. */
  readonly denominator: 2 | 4 | 8;
}

/** Samples that remain of the eight of a block's side. */
interface BlockSizes {
  readonly luma: number;
  readonly chroma: number;
}

/** Addresses as in `assembly/jpeg_layout.ts`. */
const JOB = 4096;
const CODES = 4352;
const CODES_BYTES = 512;
/** Of these the lengths and symbols; behind them is what the kernel makes of them, and keeps. */
const FILE_CODES_BYTES = 272;
const QUANTIZERS = 6400;

/** The kernel reads 16 bytes at a time, and takes 0xff without a 0 for the end. */
const SENTINEL_BYTES = 16;
/** Samples before a line for a neighbour of the first one, and behind it what a group of four blocks writes too much. */
const LINE_MARGIN_BYTES = 16;
const LINE_SLACK_BYTES = 64;

/** Bytes of memory that decoding needs beside the pixels. */
export function scaledJpegBytes(jpeg: ScaledJpeg): number {
  return layOut(jpeg, 0).end;
}

/**
 * Decodes into the kernel's memory, as libjpeg does with islow DCT and fancy upsampling.
 *
 * @param target Address of the pixels, u8 [height, width, 1 or 3], with 64 bytes of room behind them.
 * @param start First address of the memory beside.
 * @returns Whether the pixels are there: not if there is anything unusual about the file, which then is for libjpeg.
 */
export function decodeScaledJpeg(
  instance: KernelInstance,
  jpeg: ScaledJpeg,
  { target, start }: { readonly target: number; readonly start: number },
): boolean {
  const { scan, denominator, bytes } = jpeg;
  const { luma, chroma } = blockSizes(jpeg);
  const { source, planes, planeStride } = layOut(jpeg, start);
  const memory = new Uint8Array(instance.buffer);
  const data = bytes.subarray(scan.offset);
  memory.set(data, source);
  memory.fill(0xff, source + data.length, source + data.length + SENTINEL_BYTES);
  scan.codes.forEach((codes, index) => {
    const address = CODES + index * CODES_BYTES;
    memory.fill(0, address, address + FILE_CODES_BYTES);
    memory.set(codes, address);
  });
  scan.quantizers.forEach((quantizer, index) => memory.set(quantizer, QUANTIZERS + index * 64));
  new Uint32Array(instance.buffer, JOB, 14).set([
    source,
    target,
    planes + LINE_MARGIN_BYTES,
    planeStride,
    Math.ceil(scan.width / denominator),
    Math.ceil(scan.height / denominator),
    mcuColumns(scan),
    Math.ceil(scan.height / (8 * scan.down)),
    scan.components,
    scan.across,
    scan.down,
    luma,
    chroma,
    scan.restartInterval,
  ]);
  return instance.scaleJpeg();
}

/** libjpeg gives colour blocks of twice the size where both of its sides have half the samples. */
function blockSizes({ scan, denominator }: ScaledJpeg): BlockSizes {
  const luma = 8 / denominator;
  return { luma, chroma: scan.across === 2 && scan.down === 2 ? 2 * luma : luma };
}

function layOut(jpeg: ScaledJpeg, start: number) {
  const { scan, bytes, denominator } = jpeg;
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
