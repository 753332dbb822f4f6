/** How photos are shrunk. */
export interface ShrinkOptions {
  /** `png` is the crop byte for byte, `jpeg` a third of it and nearly the same; png unless given. */
  readonly as?: "png" | "jpeg";
  /** Of a JPEG, 1 to 100: 95 unless given. */
  readonly quality?: number;
  /** Of the model, as its manifest has it: ViT-B/32's unless given. */
  readonly crop?: {
    readonly size: number;
    readonly pillow: 12 | 13;
    readonly interpolation?: "bicubic" | "bilinear";
    readonly resize_mode?: "shortest" | "longest" | "squash";
    readonly fill_color?: number;
  };
  /** As the gateway's default, which a crop comes too late for: none unless given. */
  readonly orient?: "none" | "exif";
}

/** Shrinks a photo at a time. */
export declare class Shrinker {
  constructor(options?: ShrinkOptions);
  /** What a client takes as `shrink`. */
  readonly shrink: (photo: Uint8Array<ArrayBuffer>) => Promise<
    { readonly bytes: Uint8Array<ArrayBuffer>; readonly mark: string } | undefined
  >;
}
