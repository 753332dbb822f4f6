import type { ResizeKernel } from "../preprocess/kernel/simd_resize.ts";

/** Bytes of memory that a kernel has, and keeps: those that its smallest image lies in. */
export function kernelByteLength(kernel: ResizeKernel): number {
  return kernel.input({ width: 1, height: 1, mode: "L" }).buffer.byteLength;
}
