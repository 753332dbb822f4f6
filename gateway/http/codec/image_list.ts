/** Lists of images as text, within a request's limits. */
import type {
  EmbedRequestLimits,
  EncodedInput,
  RemoteImage,
} from "../../contract/embed_request.ts";
import { GatewayError, limitError, toGatewayError } from "../../contract/errors.ts";
import { decodeImageText, isAddress, readAddress } from "./image_text.ts";

/**
 * Decodes a list of image texts.
 *
 * @param keepErrors Whether a text that cannot be decoded becomes its item's error instead of the request's.
 * @throws {GatewayError} `invalid_body`, `invalid_base64`, `body_too_large`, `too_many_images`, `url_not_allowed` or
 * `unsupported_media_type`.
 */
export function decodeImageTexts(
  texts: unknown,
  limits: EmbedRequestLimits,
  keepErrors: boolean,
): (EncodedInput | RemoteImage)[] {
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed: image must be a string, images a list of strings of base64",
    );
  }
  assertImageCount(texts.length, limits);
  return texts.map((text: string) => decodeImage(text, limits, keepErrors));
}

/** Decodes one image's text, as `decodeImageTexts()` does. */
export function decodeImage(
  text: string,
  { imageBytesMax, takesUrls = false }: EmbedRequestLimits,
  keepErrors: boolean,
): EncodedInput | RemoteImage {
  try {
    if (takesUrls && isAddress(text)) return readAddress(text);
    return decodeImageText(text, imageBytesMax);
  } catch (thrown) {
    if (!keepErrors) throw thrown;
    return toGatewayError(thrown);
  }
}

/** @throws {GatewayError} `invalid_body` when there is no image, or `too_many_images`. */
export function assertImageCount(count: number, limits: EmbedRequestLimits): void {
  if (count === 0) throw new GatewayError("invalid_body", "Cannot embed: the body holds no image");
  if (count > limits.imagesMax) throw tooManyImages(limits, count);
}

/** @param count How many there are, where that is known. */
export function tooManyImages(limits: EmbedRequestLimits, count?: number): GatewayError {
  return limitError("too_many_images", {
    action: "embed",
    quantity: "images of one request",
    limit: limits.imagesMax,
    ...count !== undefined && { value: count },
  });
}
