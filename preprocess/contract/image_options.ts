/** What may be chosen of how images become pixels, and what is chosen where nobody does. */

/** Whether EXIF orientation is applied; open_clip does not. */
type Orient = "none" | "exif";

/** Whether pixels are Pillow's, or those of a picture that libjpeg made smaller while it decoded. */
type DecodeMode = "exact" | "fast";

/** What a request may choose of how its images become pixels. */
export interface ImageOptions {
  readonly orient: Orient;
  readonly decode: DecodeMode;
}

/** What open_clip does. */
export const OPEN_CLIP: ImageOptions = { orient: "none", decode: "exact" };
