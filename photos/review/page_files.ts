/** The page's files, as they lie in `page/`: nothing is built, nothing comes from elsewhere, and nothing of a library is in them. */
import { extname } from "node:path";

const FOLDER = new URL("page/", import.meta.url);
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=UTF-8",
  ".html": "text/html; charset=UTF-8",
  ".js": "text/javascript; charset=UTF-8",
};
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** Of every reply. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const FILES = new Map(
  [...Deno.readDirSync(FOLDER)].filter(({ name }) => extname(name) in TYPES).map(({ name }) => [
    name,
    { body: Deno.readFileSync(new URL(name, FOLDER)), type: TYPES[extname(name)] ?? "" },
  ]),
);

/** A file of the page, with its type; `undefined` where there is none. */
export function pageFile(
  name: string,
): { readonly body: Uint8Array<ArrayBuffer>; readonly type: string } | undefined {
  return FILES.get(name);
}
