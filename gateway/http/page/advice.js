/** What somebody can do about a problem, by the gateway's code of it. */

const ADVICE = {
  body_too_large: "Save it smaller or in a lower quality: the model sees but a few pixels of it.",
  image_too_large: "Save it with fewer pixels: the model sees but a few of them.",
  invalid_image: "The file seems damaged. Open it in a photo app and save it again as JPEG.",
  invalid_body: "The file seems empty. Choose it again.",
  unsupported_image: "Open it in a photo app and save it as a plain JPEG or PNG.",
  unsupported_media_type:
    "Open it in a photo app and export it as JPEG; phones do so with HEIC, too.",
  body_timeout: "The line is slow. Try again, or with a smaller photo.",
  overloaded: "The gateway is busy. Try again in a moment.",
  unreadable: "It is a folder, or was changed or moved meanwhile. Choose the photo again.",
  unreachable: "See whether it still runs and you are online, then try again.",
  internal: "The operator finds the cause in the gateway's log.",
  upstream_error: "The model's server had trouble. Try again in a moment.",
  upstream_unavailable: "The model is not ready. Try again in a moment.",
  draining: "The gateway is being restarted. Try again in a moment.",
  deadline_exceeded: "The gateway is slow just now. Try again in a moment.",
  url_not_allowed: "Send the photo itself: the gateway does not fetch it from there.",
  url_unreachable: "Send the photo itself, or try again in a moment.",
  model_not_found: "Reload this page: other models are served by now.",
};

/** Sent again, the photo would meet the same. */
const FINAL = ["body_too_large", "image_too_large", "invalid_image", "invalid_body"]
  .concat([
    "unsupported_image",
    "unsupported_media_type",
    "model_not_found",
    "internal",
    "url_not_allowed",
  ]);

/** A sentence, or "" where there is nothing to say beyond the message. */
export function adviceOn(code) {
  return ADVICE[code] ?? "";
}

/** Whether trying again may help. */
export function isWorthAnotherTry(code) {
  return !FINAL.includes(code);
}
