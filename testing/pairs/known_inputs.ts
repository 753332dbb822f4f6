/** Photos and texts by the models that embed them. */

/** A photo to send. */
export interface Photo {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The models of the gateway that is asked. */
export const MODELS = {
  /** The first of images, and so their default. */
  dct: "dct_512",
  image: "openclip_vit_b32",
  text: "openclip_vit_b32_text",
} as const;

/** Key of a photo's embedding. */
export function photoKey(model: string, photo: string): string {
  return `${photo} by ${model}`;
}

/** Key of a text's. */
export function textKey(text: string): string {
  return `text ${text}`;
}
