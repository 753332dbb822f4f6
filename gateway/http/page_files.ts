/** The page's scripts, style and sample photos, as they lie in `page/`: nothing is built, and nothing comes from outside. */
import { extname } from "node:path";
import { GatewayError } from "../contract/errors.ts";

const FOLDER = new URL("page/", import.meta.url);
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=UTF-8",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=UTF-8",
};
/** Scripts and style come from here alone, and requests go nowhere else: what is dropped on the page cannot leave. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");
const FILE_HEADERS = {
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

/** Of the page itself. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...FILE_HEADERS,
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "referrer-policy": "no-referrer",
};

/** Read once a thread: some 100 kB. */
const FILES = new Map(
  [...Deno.readDirSync(FOLDER)].filter(({ name }) => extname(name) in TYPES).map(({ name }) => [
    name,
    Deno.readFileSync(new URL(name, FOLDER)),
  ]),
);
/** The part of the page that its scripts fill, without anything of this gateway in it. */
export const WORKBENCH: string = Deno.readTextFileSync(new URL("workbench.html", FOLDER));

/**
 * Answers with a file of the page, to be taken for nothing but its type.
 *
 * @throws {GatewayError} `not_found`.
 */
export function pageFile(name: string): Response {
  const bytes = FILES.get(name);
  if (bytes === undefined) throw new GatewayError("not_found", "Cannot find path");
  return new Response(bytes, {
    headers: { ...FILE_HEADERS, "content-type": TYPES[extname(name)] ?? "" },
  });
}
