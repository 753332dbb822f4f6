/** A plan carried out: the passes of one image, in the kernel's memory. */
import { pixelBytes, type PixelImage } from "../contract/pixels.ts";
import { premultiply } from "../resize/alpha.ts";
import type { CropGeometry } from "../resize/geometry.ts";
import type { AxisTable } from "./axis_tables.ts";
import type { KernelInstance, KernelStep } from "./kernel_instance.ts";
import type { ResizePlan } from "./resize_plan.ts";

/** One image on its way through the kernel. */
export interface ResizeTask {
  readonly instance: KernelInstance;
  readonly image: PixelImage;
  readonly plan: ResizePlan;
  /** Whether the instance's memory has all that is held of the image already. */
  readonly isInside: boolean;
  /** Address of the window: its rows stand one behind the other. */
  readonly target: number;
}

/** Both passes, or nothing where the image is the crop, or a copy where the image has the right size: with one axis the other stays too. */
export function resample(task: ResizeTask): void {
  const { isVerticalFirst } = task.plan;
  if (task.isInside && task.plan.isCrop) return;
  if (keepsPixels(task.plan)) copyWindow(task);
  else if (isVerticalFirst) resampleRowsFirst(task);
  else resampleColumnsFirst(task);
}

/** Whether the image has the right size already. */
export function keepsPixels({ columns, rows }: ResizePlan): boolean {
  return columns.isIdentity && rows.isIdentity;
}

function copyWindow(task: ResizeTask): void {
  const { instance, image, plan, target } = task;
  const { columns, rows, inputStride, stripRows } = plan;
  const { width, height } = plan.geometry;
  const targetStride = width * pixelBytes(image);
  const stepRows = task.isInside ? height : stripRows;
  for (let row = 0; row < height; row += stepRows) {
    const count = Math.min(stepRows, height - row);
    const source = rowsAddress(task, rows.sourceStart + row, count) +
      columns.sourceStart * pixelBytes(image);
    instance.run("copyRows", {
      source,
      sourceStride: inputStride,
      target: target + row * targetStride,
      targetStride,
      count,
      lines: targetStride,
    });
  }
}

function resampleColumnsFirst(task: ResizeTask): void {
  const { instance, image, plan, target } = task;
  const { columns, rows, between, betweenStride, inputStride } = plan;
  const { width, height } = plan.geometry;
  const channels = pixelBytes(image);
  const columnTable = writeTable(instance, columns, plan.columnTable);
  const name = channels === 1 ? "resampleGrayColumns" : "resampleColumns";
  const stepRows = task.isInside ? image.height : plan.stripRows;
  for (let row = rows.sourceStart; row < rows.sourceEnd; row += stepRows) {
    const lines = Math.min(stepRows, rows.sourceEnd - row);
    instance.run(name, {
      ...columnTable,
      source: rowsAddress(task, row, lines),
      sourceStride: inputStride,
      target: between + (row - rows.sourceStart) * betweenStride,
      targetStride: betweenStride,
      count: width,
      lines,
      channels,
    });
  }
  instance.run("resampleRows", {
    ...writeTable(instance, rows, plan.rowTable),
    source: between - rows.sourceStart * betweenStride,
    sourceStride: betweenStride,
    target,
    targetStride: width * channels,
    count: height,
    lines: width * channels,
  });
}

function resampleRowsFirst(task: ResizeTask): void {
  const { instance, image, plan, target } = task;
  const { width, height } = plan.geometry;
  const { columns, rows, held, between, betweenStride, padded, paddedStride, inputStride } = plan;
  const channels = pixelBytes(image);
  const origin = columns.sourceStart * channels;
  const rowTable = writeTable(instance, rows, plan.rowTable);
  const stepRows = task.isInside ? image.height : plan.stripRows;
  for (let row = 0; row < height;) {
    const start = rows.starts[row] as number;
    let end = row + 1;
    while (end < height && (rows.starts[end] as number) + rows.taps - start <= stepRows) end++;
    const last = Math.min((rows.starts[end - 1] as number) + rows.taps, held.y + held.height);
    instance.run("resampleRows", {
      taps: rows.taps,
      starts: rowTable.starts + row * 4,
      weights: rowTable.weights + row * rows.taps * 4,
      source: rowsAddress(task, start, last - start) - start * inputStride + origin,
      sourceStride: inputStride,
      target: between + row * betweenStride,
      targetStride: betweenStride,
      count: end - row,
      lines: betweenStride,
    });
    row = end;
  }
  instance.run(channels === 1 ? "resampleGrayColumns" : "resampleColumns", {
    ...writeTable(instance, columns, plan.columnTable),
    source: between - origin,
    sourceStride: betweenStride,
    target: padded,
    targetStride: paddedStride,
    count: width,
    lines: height,
    channels,
  });
  instance.run("copyRows", {
    source: padded,
    sourceStride: paddedStride,
    target,
    targetStride: width * channels,
    count: height,
    lines: width * channels,
  });
}

/** Puts the window, u8 [height, width, 3] at `source`, into its place in u8 [size, size, 3] at `target`. */
export function placeWindow(
  instance: KernelInstance,
  { width, height, marginLeft, marginTop, size }: CropGeometry,
  { source, target }: Pick<KernelStep, "source" | "target">,
): void {
  instance.run("copyRows", {
    source,
    sourceStride: width * 3,
    target: target + (marginTop * size + marginLeft) * 3,
    targetStride: size * 3,
    count: height,
    lines: width * 3,
  });
}

/** Address of column 0, held or not, of the image's rows from `first` on: where they are, or copied into memory as a strip. */
function rowsAddress(
  { instance, image, plan, isInside }: ResizeTask,
  first: number,
  count: number,
): number {
  const { held, input, strip, inputStride } = plan;
  const offset = (first - held.y) * inputStride;
  const columnsMissing = held.x * pixelBytes(image);
  if (isInside) return input + offset - columnsMissing;
  const rows = image.data.subarray(offset, offset + count * inputStride);
  const copy = new Uint8Array(instance.buffer, strip, rows.length);
  copy.set(rows);
  if (image.mode === "RGBA" && !keepsPixels(plan)) premultiply(copy);
  return strip - columnsMissing;
}

/** Copies an axis's table into memory. */
function writeTable(
  { buffer }: KernelInstance,
  { starts, weights, taps }: AxisTable,
  address: number,
): Required<Pick<KernelStep, "starts" | "weights" | "taps">> {
  new Uint32Array(buffer, address, starts.length).set(starts);
  const end = address + starts.byteLength;
  new Int16Array(buffer, end, weights.length).set(weights);
  return { starts: address, weights: end, taps };
}
