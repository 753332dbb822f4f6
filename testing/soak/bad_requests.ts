/** Requests that must be refused, each with its own code, and clients that leave. */
import { embedHead, RawClient } from "../raw_client.ts";
import { type BadRequest, codeIn, createBadUploads } from "./bad_uploads.ts";

const MIB = 1024 * 1024;
const REFUSED = new URL("../goldens/refused/", import.meta.url);
const PHOTO = new URL("../photos/cat.jpg", import.meta.url);

/** Code of a reply that is an error, else its status. */
async function codeOf(response: Response): Promise<string> {
  const text = await response.text();
  return response.status < 400 ? String(response.status) : codeIn(text);
}

/** A request, to /embed unless told otherwise. */
type PathInit = RequestInit & { readonly path?: string };

function overFetch(name: string, expected: string, init: PathInit): BadRequest {
  const { path = "/embed", ...request } = init;
  return {
    name,
    expected,
    send: async (url: string) => await codeOf(await fetch(`${url}${path}`, request)),
  };
}

function body(name: string, expected: string, text: string): BadRequest {
  const headers = { "content-type": "application/json" };
  return overFetch(name, expected, { method: "POST", headers, body: text });
}

async function refusedFile(name: string, expected: string): Promise<BadRequest> {
  const bytes = await Deno.readFile(new URL(name, REFUSED));
  const headers = { "content-type": "image/jpeg" };
  return overFetch(name, expected, { method: "POST", headers, body: bytes });
}

/** A request written by hand; `left` when the client goes before the reply. */
function overSocket(
  name: string,
  expected: string,
  parts: readonly (string | Uint8Array)[],
): BadRequest {
  return {
    name,
    expected,
    async send(url) {
      using client = await RawClient.connect(url);
      await client.send(...parts);
      if (expected === "left") return "left";
      return codeIn((await client.reply()).body);
    },
  };
}

/** Reads the files and builds all kinds. */
export async function createBadRequests(): Promise<BadRequest[]> {
  const photo = await Deno.readFile(PHOTO);
  const large = new Uint8Array(9 * MIB);
  large.set(photo);
  const length = `content-length: ${photo.length}`;
  const headers = { "content-type": "image/jpeg" };
  return [
    body("not JSON", "invalid_json", "image=cat.jpg"),
    body("nested JSON", "invalid_json", `{"images":${"[".repeat(100_000)}`),
    body("a million spaces", "invalid_json", " ".repeat(1_000_000)),
    body("wrong type", "invalid_body", '{"image": 5}'),
    body("empty list", "invalid_body", '{"images": []}'),
    body("no image", "invalid_body", "{}"),
    body("bad base64", "invalid_base64", '{"image": "/9j/4AAQ*"}'),
    body("unknown option", "invalid_option", '{"image": "AQ==", "size": 224}'),
    body("33 images", "too_many_images", JSON.stringify({ images: Array(33).fill("AQ==") })),
    body("data URI of text", "unsupported_media_type", '{"image": "data:text/html;base64,AQ=="}'),
    overFetch("content type", "unsupported_media_type", {
      method: "POST",
      headers: { "content-type": "application/xml" },
      body: "{}",
    }),
    overFetch("gzip", "unsupported_media_type", {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: "{}",
    }),
    overFetch("9 MiB image", "body_too_large", { method: "POST", headers, body: large }),
    overFetch("option twice", "invalid_option", {
      method: "POST",
      headers,
      body: photo,
      path: "/embed?orient=exif&orient=none",
    }),
    overFetch("method", "method_not_allowed", { method: "PUT", headers, body: photo }),
    overFetch("path", "not_found", { method: "POST", headers, body: photo, path: "/nope" }),
    await refusedFile("foreign_text.jpg", "unsupported_media_type"),
    await refusedFile("foreign_stub_heic.heic", "unsupported_media_type"),
    await refusedFile("limit_65500x65500_header.jpg", "image_too_large"),
    await refusedFile("limit_60000x60000.png", "image_too_large"),
    await refusedFile("limit_1000_scans_4000x4000.jpg", "image_too_large"),
    await refusedFile("damaged_baseline_cut_half.jpg", "invalid_image"),
    await refusedFile("damaged_progressive_cut_half.jpg", "invalid_image"),
    await refusedFile("damaged_png_bad_crc.png", "invalid_image"),
    await refusedFile("damaged_tiff_cut_half.tif", "invalid_image"),
    await refusedFile("twelve_bit_rgb.jpg", "unsupported_image"),
    overSocket("40 MiB declared", "body_too_large", [
      embedHead(`content-length: ${40 * MIB}`),
      large.subarray(0, MIB),
    ]),
    ...createBadUploads(photo),
    overSocket("leaves before its body", "left", [embedHead(length)]),
    overSocket("leaves in its body", "left", [embedHead(length), photo.subarray(0, 5000)]),
    overSocket("leaves behind its body", "left", [embedHead(length), photo]),
    overSocket("leaves in its head", "left", ["POST /embed HTTP/1.1\r\nhost: ga"]),
  ];
}
