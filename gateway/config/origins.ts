/** Origins of pages in settings, as browsers send them in `Origin` (RFC 6454). */
import { type ConfigField, list } from "./config_field.ts";

/** Scheme, host and port; apps in a web view have schemes of their own, such as `capacitor:`. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
/** Of other schemes a URL tells no origin. */
const OF_THE_WEB = /^https?:/;
const ORIGIN_LENGTH_MAX = 300;
const ORIGINS_MAX = 64;

/** Whether a text is what a browser would send: without a path, in lower case, and without the port of its scheme. */
export function isOrigin(text: string): boolean {
  if (text.length > ORIGIN_LENGTH_MAX || !ORIGIN.test(text)) return false;
  return !OF_THE_WEB.test(text) || (URL.canParse(text) && new URL(text).origin === text);
}

/** A setting that holds origins. */
export function origins(env: string, doc: string): ConfigField<readonly string[]> {
  return list(env, {
    default: "",
    doc,
    allowed:
      `up to ${ORIGINS_MAX} origins as browsers send them, such as https://photos.example, separated by commas`,
    itemsMax: ORIGINS_MAX,
    isAllowed: isOrigin,
  });
}
