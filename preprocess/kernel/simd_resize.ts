/**
 * Resize, crop, conversion to RGB and normalisation in SIMD: bit for bit what `resize.ts`, `rgb_crop.ts` and
 * `normalize.ts` give, which stay as the oracles.
 */
import type { Normalization } from "../resize/normalize.ts";
import {
  heldRegion,
  type ImageShape,
  type PixelImage,
  type PixelMode,
  type PixelRegion,
} from "../contract/pixels.ts";
import { divideByAlpha, dropAlpha } from "../resize/alpha.ts";
import { type CropSettings, rgbCrop } from "../resize/rgb_crop.ts";
import { AxisTableCache } from "./axis_tables.ts";
import { compileKernel, KernelInstance } from "./kernel_instance.ts";
import { keepsPixels, resample } from "./kernel_passes.ts";
import type { PixelMemory, Workspace } from "./pixel_memory.ts";
import {
  Arena,
  memoryBytes,
  PIXELS_OFFSET,
  planHeld,
  planResize,
  type ResizePlan,
} from "./resize_plan.ts";

/** What a kernel is made of; a model's preprocessing settings will do. */
export interface ResizeKernelOptions extends CropSettings, Normalization {
  /**
   * Memory that the kernel may take, and then keeps: 16 MiB unless said. An image that does not fit goes through in
   * strips, and one that does not fit even so through the oracles.
   */
  readonly memoryBytesMax?: number;
}

/** A 5-megapixel photo and all that its resizing needs. */
const MEMORY_BYTES_MAX = 16 * 1024 * 1024;

/** Modes whose pixels the passes read where a decoder put them. */
const USED_IN_PLACE: ReadonlySet<PixelMode> = new Set(["L", "RGB", "CMYK"]);

/** Addresses of what does not depend on the image. */
interface FixedLayout {
  /** f32 [2, 3]: mean and standard deviation of each channel. */
  readonly moments: number;
  /** u8 [size, size, 1 or 4]: a crop before its conversion to RGB. */
  readonly crop: number;
  /** u8 [size, size, 3], which is where an image that is the crop is decoded. */
  readonly rgb: number;
  /** f32 [3, size, size] */
  readonly planes: number;
  readonly end: number;
}

/** Turns pixels into the model's input; for one thread, one image at a time. */
export class ResizeKernel implements PixelMemory {
  readonly #options: ResizeKernelOptions;
  readonly #axes = new AxisTableCache();
  /** Each image asks for its plan more than once, and many have the size of the one before. */
  #lastPlan: ImageShape & { readonly plan: ResizePlan } | undefined;
  readonly #layout: FixedLayout;
  readonly #memoryBytesMax: number;
  readonly #instance = new KernelInstance(compileKernel());
  /** The last large image's memory, if it was not collected: touching fresh memory may cost more than resizing. */
  #large: WeakRef<ArrayBuffer> | undefined;
  /** What `input()` gave last, for as long as nothing else was put there. */
  #lent: WeakRef<Uint8Array<ArrayBuffer>> | undefined;
  /** What `crop()` gave last, as far as it lies in the kernel's memory. */
  #cropped: Uint8Array<ArrayBuffer> | undefined;

  constructor(options: ResizeKernelOptions) {
    this.#options = options;
    this.#memoryBytesMax = options.memoryBytesMax ?? MEMORY_BYTES_MAX;
    this.#layout = fixedLayout(options.size, this.#instance.freeAddress);
    this.#instance.reserve(this.#layout.end);
    new Float32Array(this.#instance.buffer, this.#layout.moments, 6)
      .set([...options.mean, ...options.std]);
  }

  /**
   * Memory for an image's pixels: the kernel's own, so that `crop()` copies none of them, or the heap's for an
   * image that is too large for it, or is copied anyway. The very array is to be the image's `data`.
   *
   * @returns height × width × `pixelBytes` bytes of what is held, whatever they hold; the next call of `input()`, and of `crop()` with
   * another image, takes them back.
   */
  input(shape: ImageShape): Uint8Array<ArrayBuffer> {
    const plan = this.#plan(shape);
    const { height } = plan.held;
    const length = height * plan.inputStride;
    const needed = memoryBytes(plan, height);
    const isInside = needed <= this.#memoryBytesMax && USED_IN_PLACE.has(shape.mode);
    if (isInside) this.#instance.reserve(needed);
    const view = isInside
      ? new Uint8Array(this.#instance.buffer, plan.input, length)
      : new Uint8Array(this.#heap(length), 0, length);
    this.#lent = new WeakRef(view);
    return view;
  }

  /** The pixels that `crop()` looks at. */
  window(shape: ImageShape): PixelRegion {
    const { columns, rows } = this.#plan(shape);
    return {
      x: columns.sourceStart,
      y: rows.sourceStart,
      width: columns.sourceEnd - columns.sourceStart,
      height: rows.sourceEnd - rows.sourceStart,
    };
  }

  /**
   * Memory for an image's pixels as `input()` gives it, and more beside for whoever makes them by linked code.
   *
   * @returns `undefined` where the kernel's memory has no room.
   */
  workspace(shape: ImageShape, byteLength: number): Workspace | undefined {
    const start = memoryBytes(this.#plan(shape), heldRegion(shape).height);
    if (start + byteLength > this.#memoryBytesMax) return undefined;
    this.#instance.reserve(start + byteLength);
    return { instance: this.#instance, pixels: this.input(shape), start };
  }

  /**
   * Resizes, crops and converts to RGB, as `rgbCrop()` does.
   *
   * @returns u8 [size, size, 3] (HWC), valid until the next call of `input()` or `crop()`.
   * @throws {RangeError} when pixels are missing, or when the image's memory was given to another.
   */
  crop(image: PixelImage): Uint8Array<ArrayBuffer> {
    const { data, mode } = image;
    const { size } = this.#options;
    const plan = this.#plan(image);
    const { height } = plan.held;
    assertHeld(plan);
    assertLength("crop image", data.length, height * plan.inputStride);
    if (!USED_IN_PLACE.has(mode) && mode !== "RGBA") return rgbCrop(image, this.#options);
    const instance = this.#instance;
    const isInside = data.buffer === instance.buffer;
    this.#assertOwn(data, plan);
    if (!isInside) {
      const needed = memoryBytes(plan, Math.min(plan.stripRows, height));
      // Rows of millions of pixels, say.
      if (needed > this.#memoryBytesMax) return rgbCrop(image, this.#options);
      instance.reserve(needed);
      if (data !== this.#lent?.deref()) this.#lent = undefined;
    }
    const { crop, rgb } = this.#layout;
    const target = mode === "RGB" ? rgb : crop;
    resample({ instance, image, plan, isInside, target, size });
    const count = size * size;
    if (mode === "L") instance.run("convertGray", { source: crop, target: rgb, count });
    if (mode === "CMYK") instance.run("convertCmyk", { source: crop, target: rgb, count });
    if (mode === "RGBA") this.#leaveAlphaOut(keepsPixels(plan));
    this.#cropped = new Uint8Array(instance.buffer, rgb, count * 3);
    return this.#cropped;
  }

  /**
   * Normalises a crop, as `createNormalizer()` does; copies it first unless `crop()` has just made it.
   *
   * @returns f32 [3, size, size] (NCHW), valid until the next call of any method.
   * @throws {RangeError} when the crop is smaller than the model's, or its memory was given to another.
   */
  normalize(crop: Uint8Array): Float32Array<ArrayBuffer> {
    const count = this.#options.size ** 2;
    assertLength("normalise crop", crop.length, count * 3);
    const { rgb, planes, moments } = this.#layout;
    const { buffer } = this.#instance;
    if (crop !== this.#cropped) {
      if (crop.buffer === buffer) throw givenAway("normalise crop");
      new Uint8Array(buffer).set(crop.subarray(0, count * 3), rgb);
      this.#cropped = undefined;
    }
    this.#instance.run("normalize", { source: rgb, target: planes, weights: moments, count });
    return new Float32Array(buffer, planes, count * 3);
  }

  #leaveAlphaOut(isPlain: boolean): void {
    const { crop, rgb } = this.#layout;
    const { buffer } = this.#instance;
    const pixels = this.#options.size ** 2;
    const source = new Uint8Array(buffer, crop, pixels * 4);
    const target = new Uint8Array(buffer, rgb, pixels * 3);
    if (isPlain) dropAlpha(source, target);
    else divideByAlpha(source, target);
  }

  #plan(shape: ImageShape): ResizePlan {
    const { size, pillow } = this.#options;
    const { width, height, mode, extent } = shape;
    const last = this.#lastPlan;
    const isLast = last?.width === width && last.height === height && last.mode === mode;
    if (isLast && last.extent === extent) return planHeld(last.plan, shape);
    const { rgb, end: start } = this.#layout;
    const whole = { width, height, mode, ...extent && { extent } };
    const plan = planResize(whole, { size, pillow, start, rgb, axes: this.#axes });
    this.#lastPlan = { ...whole, plan };
    return planHeld(plan, shape);
  }

  #heap(byteLength: number): ArrayBuffer {
    let buffer = this.#large?.deref();
    if (buffer === undefined || buffer.byteLength < byteLength) {
      buffer = new ArrayBuffer(byteLength);
      this.#large = new WeakRef(buffer);
    }
    return buffer;
  }

  /** Two images in one memory must never be taken for each other. */
  #assertOwn(data: Uint8Array, plan: ResizePlan): void {
    const isInside = data.buffer === this.#instance.buffer;
    if (!isInside && data.buffer !== this.#large?.deref()) return;
    const isLent = data === this.#lent?.deref();
    if (isLent && (!isInside || data.byteOffset === plan.input)) return;
    throw givenAway("crop image");
  }
}

function fixedLayout(size: number, start: number): FixedLayout {
  const arena = new Arena(start);
  return {
    moments: arena.take(2 * 3 * 4),
    crop: arena.take(size * size * 4),
    rgb: arena.take(size * size * 3 + PIXELS_OFFSET) + PIXELS_OFFSET,
    planes: arena.take(size * size * 3 * 4),
    end: arena.end,
  };
}

function assertLength(action: string, length: number, needed: number): void {
  if (length >= needed) return;
  throw new RangeError(`Cannot ${action} as it must have ${needed} bytes: it has ${length}`);
}

function assertHeld({ columns, rows, held }: ResizePlan): void {
  const hasColumns = held.x <= columns.sourceStart && held.x + held.width >= columns.sourceEnd;
  const hasRows = held.y <= rows.sourceStart && held.y + held.height >= rows.sourceEnd;
  if (hasColumns && hasRows) return;
  throw new RangeError("Cannot crop image as it must hold all pixels that are looked at");
}

function givenAway(action: string): RangeError {
  return new RangeError(`Cannot ${action} as its memory was given to another`);
}
