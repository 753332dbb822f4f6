/** A baseline JPEG to pixels, smaller by inverse DCTs of fewer samples; bit for bit what libjpeg makes of it. */
import { decodeMcus, PRODUCT_MAX, setBlock } from "./jpeg_entropy";
import { inverse1, inverse2, inverse4, laidIndex } from "./jpeg_idct";
import { inverse8 } from "./jpeg_idct8";
import {
  BLOCK_BYTES,
  COEFFICIENTS,
  GROUP_MCUS,
  JOB,
  Job,
  LAID_QUANTIZERS,
  LAID_QUANTIZERS_BYTES,
  NOWHERE,
  POSITIONS,
  POSITIONS_BYTES,
  QUANTIZERS,
} from "./jpeg_layout";
import { doubleSamples, repeatSamples, writeRgb } from "./jpeg_pixels";
import { isAtEnd, openReader } from "./jpeg_reader";
import { prepareTables } from "./jpeg_tables";

/** Natural order of the zigzag's indices; ITU-T T.81, figure A.6. */
const ZIGZAG = memory.data<u8>([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
]);

/** Coefficients of brightness in a group of MCUs, and of each component of colour. */
const LUMA_BYTES: usize = <usize> GROUP_MCUS * 4 * BLOCK_BYTES;
const CHROMA_BYTES: usize = <usize> GROUP_MCUS * BLOCK_BYTES;

/**
 * Carries out the job.
 *
 * @returns 1, or 0 where anything about the file is unusual, whatever the pixels then are.
 */
export function scaleJpeg(): u32 {
  const job = changetype<Job>(JOB);
  if (!prepareTables(0, valueMax(0, 1))) return 0;
  if (job.components > 1 && !prepareTables(2, valueMax(1, 3))) return 0;
  layPositions(POSITIONS, job.lumaSize);
  layPositions(POSITIONS + POSITIONS_BYTES, job.chromaSize);
  for (let component: usize = 0; component < job.components; component++) layQuantizers(component);
  memory.fill(COEFFICIENTS, 0, LUMA_BYTES + 2 * CHROMA_BYTES);
  setBlocks(job);
  openReader(job.source);
  for (let row: u32 = 0; row < job.mcuRows; row++) {
    if (!decodeRow(job)) return 0;
    writeRow(job, row);
  }
  return isAtEnd() ? 1 : 0;
}

/** The largest coefficient of the components that may be left to tables. */
function valueMax(from: usize, to: usize): i32 {
  let quantizer: i32 = 1;
  for (let at = QUANTIZERS + from * 64; at < QUANTIZERS + to * 64; at++) {
    quantizer = max<i32>(quantizer, load<u8>(at));
  }
  return min(127, PRODUCT_MAX / quantizer);
}

/** One sample a block needs DC alone. */
function layPositions(positions: usize, size: u32): void {
  memory.fill(positions, NOWHERE, POSITIONS_BYTES);
  for (let index: usize = 0; index < (size == 1 ? 1 : 64); index++) {
    const position: u8 = <u8> (laid(index) << 1);
    store<u8>(positions + index, position);
    store<u8>(positions + index + 128, position);
  }
}

function layQuantizers(component: usize): void {
  const target = LAID_QUANTIZERS + component * LAID_QUANTIZERS_BYTES;
  for (let index: usize = 0; index < 64; index++) {
    store<u16>(target + (<usize> laid(index) << 1), load<u8>(QUANTIZERS + component * 64 + index));
  }
}

/** Where a coefficient lies, in i16, by its index in zigzag order. */
function laid(index: usize): u32 {
  const natural: u32 = load<u8>(ZIGZAG + index);
  return laidIndex(natural >> 3, natural & 7);
}

/** Lines of blocks of brightness lie one behind the other, then both components of colour. */
function setBlocks(job: Job): void {
  const across = job.across, step = <usize> across * BLOCK_BYTES;
  let block: u32 = 0;
  for (let line: u32 = 0; line < job.down; line++) {
    for (let column: u32 = 0; column < across; column++) {
      setBlock(block++, lumaLine(line, across) + <usize> column * BLOCK_BYTES, step, 0);
    }
  }
  for (let component: u32 = 1; component < job.components; component++) {
    setBlock(block++, chromaLine(component), BLOCK_BYTES, component);
  }
}

@inline
function lumaLine(line: u32, across: u32): usize {
  return COEFFICIENTS + <usize> (line * across * GROUP_MCUS) * BLOCK_BYTES;
}

@inline
function chromaLine(component: u32): usize {
  return COEFFICIENTS + LUMA_BYTES + <usize> (component - 1) * CHROMA_BYTES;
}

/** Decodes a row of MCUs to planes of samples. */
function decodeRow(job: Job): bool {
  const lumaBlocks = job.across * job.down, blocks = lumaBlocks + job.components - 1;
  const lumaWidth = <usize> (job.across * job.lumaSize), stride = job.planeStride;
  for (let column: u32 = 0; column < job.mcuColumns; column += GROUP_MCUS) {
    const count = min<u32>(GROUP_MCUS, job.mcuColumns - column);
    if (!decodeMcus(count, lumaBlocks, blocks)) return false;
    let target = job.planes + <usize> column * lumaWidth;
    for (let line: u32 = 0; line < job.down; line++) {
      const source = lumaLine(line, job.across);
      if (!inverse(job.lumaSize, source, 0, count * job.across, target)) return false;
      target += <usize> job.lumaSize * stride;
    }
    target = job.planes + <usize> (column * job.chromaSize);
    for (let component: u32 = 1; component < job.components; component++) {
      target += planeBytes(job);
      if (!inverse(job.chromaSize, chromaLine(component), component, count, target)) return false;
    }
  }
  return true;
}

function inverse(size: u32, source: usize, component: u32, count: u32, target: usize): bool {
  const quantizers = LAID_QUANTIZERS + <usize> component * LAID_QUANTIZERS_BYTES;
  const stride = changetype<Job>(JOB).planeStride;
  if (size == 2) return inverse2(source, quantizers, count, target, stride);
  if (size == 4) return inverse4(source, quantizers, count, target, stride);
  if (size == 8) return inverse8(source, quantizers, count, target, stride);
  return inverse1(source, quantizers, count, target);
}

@inline
function planeBytes(job: Job): usize {
  return <usize> (job.down * job.lumaSize) * job.planeStride;
}

/** Planes of samples to pixels. */
function writeRow(job: Job, row: u32): void {
  const stride = job.planeStride, plane = planeBytes(job);
  const lines = <usize> (job.down * job.lumaSize), first = <usize> row * lines;
  const isHalved = job.across * job.lumaSize > job.chromaSize;
  for (let line: usize = 0; line < min(lines, job.height - first); line++) {
    const luma = job.planes + line * stride;
    let target = job.target + (first + line) * job.width * job.components;
    if (job.components == 1) {
      memory.copy(target, luma, job.width);
      continue;
    }
    let blues = luma + plane, reds = blues + plane;
    if (isHalved) {
      widen(job, blues, blues + 2 * plane);
      widen(job, reds, reds + 2 * plane);
      blues += 2 * plane;
      reds += 2 * plane;
    }
    writeRgb(luma, blues, reds, target, job.width);
  }
}

/** libjpeg blends neighbours unless there are too few, or one sample a block. */
function widen(job: Job, source: usize, target: usize): void {
  const count = (job.width + 1) >> 1;
  if (job.lumaSize > 1 && count > 2) doubleSamples(source, target, count);
  else repeatSamples(source, target, count);
}
