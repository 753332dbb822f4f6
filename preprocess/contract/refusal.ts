/** Why an image is not turned into pixels: a closed list of codes, and the one error that carries them. */

/** What may be wrong with an image. */
export type RefusalCode =
  | "invalid_body"
  | "unsupported_media_type"
  | "body_too_large"
  | "image_too_large"
  | "invalid_image"
  | "unsupported_image";

/** The image's own fault; the message is fit for whoever sent it, and says nothing of what is in the file. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Refusal";
    this.code = code;
  }
}

/** A limit that an image crosses. */
export interface CrossedLimit {
  /** The quantity, such as `its pixels`. */
  readonly quantity: string;
  readonly limit: number;
  /** The image's own value; left out where nobody counted to the end. */
  readonly value?: number;
}

/** Such as `Cannot decode image as its pixels must be ≤ 25000000: current value is 4290250000`. */
export function limitRefusal(code: RefusalCode, { quantity, limit, value }: CrossedLimit): Refusal {
  const known = value === undefined ? "" : `: current value is ${value}`;
  return new Refusal(code, `Cannot decode image as ${quantity} must be ≤ ${limit}${known}`);
}
