/** Memory of the kernel's that is lent to decoders, so that pixels are resized where they are made. */
import type { AllocatePixels, ImageShape, PixelRegion } from "../contract/pixels.ts";
import type { KernelInstance } from "./kernel_instance.ts";

/** Room for pixels, and for what it takes to make them by code that is linked into the kernel. */
export interface Workspace {
  readonly instance: KernelInstance;
  /** As `ResizeKernel.input()` gives it. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** First address of the bytes beside. */
  readonly start: number;
}

/** What decoders see of the kernel. */
export interface PixelMemory {
  readonly input: AllocatePixels;
  /** The pixels of such an image that will be looked at; no other need be held. */
  window(shape: ImageShape): PixelRegion;
  /** Lends pixels and so many bytes beside; `undefined` where there is no room for them. */
  workspace(shape: ImageShape, byteLength: number): Workspace | undefined;
}
