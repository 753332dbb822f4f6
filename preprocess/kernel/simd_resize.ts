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
import type { CropSettings } from "../contract/preprocess_spec.ts";
import { marginColour } from "../resize/margins.ts";
import { rgbCrop } from "../resize/rgb_crop.ts";
import { AxisTableCache } from "./axis_tables.ts";
import { compileKernel, KernelInstance } from "./kernel_instance.ts";
import { keepsPixels, placeWindow, resample } from "./kernel_passes.ts";
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
   * Memory that the kernel may take, and then keeps: unless said 15 MiB beside what the model's size needs, which is
   * 1 MiB for 224 pixels. An image that does not fit goes through in strips, and one that does not fit even so through
   * the oracles.
   */
  readonly memoryBytesMax?: number;
}

/** A 5-megapixel photo and all that its resizing needs; or what the first pass of 25 megapixels gives in four channels, 512 wide. */
const IMAGE_BYTES_MAX = 15 * 1024 * 1024;

/** Modes whose pixels the passes read where a decoder put them. */
const USED_IN_PLACE: ReadonlySet<PixelMode> = new Set(["L", "RGB", "CMYK"]);

/** Addresses of what does not depend on the image. */
interface FixedLayout {
  /** f32 [2, 3]: mean and standard deviation of each channel. */
  readonly moments: number;
  /** u8 [height, width, 1 or 4] of the window, before its conversion to RGB. */
  readonly crop: number;
  /** u8 [size, size, 3], which is where an image that is the crop is decoded. */
  readonly rgb: number;
  /** f32 [3, size, size]; before that, u8 [height, width, 3] of a window that is to have margins. */
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
    this.#layout = fixedLayout(options.size, this.#instance.freeAddress);
    this.#memoryBytesMax = options.memoryBytesMax ?? this.#layout.end + IMAGE_BYTES_MAX;
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
    const { crop, rgb, planes } = this.#layout;
    const window = plan.hasMargins ? planes : rgb;
    resample({ instance, image, plan, isInside, target: mode === "RGB" ? window : crop });
    this.#convert(mode, plan, window);
    this.#cropped = new Uint8Array(instance.buffer, rgb, this.#options.size ** 2 * 3);
    if (plan.hasMargins) {
      // Of the modes that come here, all have gray margins.
      const [level = 0] = marginColour(image, this.#options.fill_color ?? 0);
      this.#cropped.fill(level);
      placeWindow(instance, plan.geometry, { source: window, target: rgb });
    }
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

  /** The window to RGB, which it is in mode RGB. */
  #convert(mode: PixelMode, plan: ResizePlan, target: number): void {
    const instance = this.#instance;
    const source = this.#layout.crop;
    const count = plan.geometry.width * plan.geometry.height;
    if (mode === "L") instance.run("convertGray", { source, target, count });
    if (mode === "CMYK") instance.run("convertCmyk", { source, target, count });
    if (mode !== "RGBA") return;
    const pixels = new Uint8Array(instance.buffer, source, count * 4);
    const rgb = new Uint8Array(instance.buffer, target, count * 3);
    // Pillow returns a picture of the right size before it thinks of alpha.
    if (keepsPixels(plan)) dropAlpha(pixels, rgb);
    else divideByAlpha(pixels, rgb);
  }

  #plan(shape: ImageShape): ResizePlan {
    const { width, height, mode, extent } = shape;
    const last = this.#lastPlan;
    const isLast = last?.width === width && last.height === height && last.mode === mode;
    if (isLast && last.extent === extent) return planHeld(last.plan, shape);
    const { rgb, end: start } = this.#layout;
    const whole = { width, height, mode, ...extent && { extent } };
    const plan = planResize(whole, { ...this.#options, start, rgb, axes: this.#axes });
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
