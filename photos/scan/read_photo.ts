/** What a file's bytes say, read once. */
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { sniffFormat } from "../../preprocess/header/format.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import type { PhotoFacts } from "../library/photo_table.ts";
import { type CameraFacts, readExif } from "./exif.ts";
import { type RawFile, readRaw } from "./raw_preview.ts";

/** A gateway of this machine takes no more, and a file is read into memory whole. */
export const FILE_BYTES_MAX = 128 * 1024 * 1024;

/** To decode a person's own photos, which may be larger than what a gateway takes from anybody. */
export const OWN_PHOTO_LIMITS = {
  ...DEFAULT_LIMITS,
  bytesMax: FILE_BYTES_MAX,
  pixelsMax: 120_000_000,
};

/** What a file may be to be looked at; what a gateway takes, the gateway says. */
const LIMITS = { ...DEFAULT_LIMITS, bytesMax: FILE_BYTES_MAX, pixelsMax: 2 ** 31 };

/**
 * Reads a file.
 *
 * @throws {Error} why it cannot be read.
 */
export async function readPhoto(path: string): Promise<PhotoFacts> {
  const bytes = await Deno.readFile(path);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const raw = readRaw(path, bytes);
  return { digest, ...readExif(bytes), ...raw === undefined ? headerFacts(bytes) : rawFacts(raw) };
}

function rawFacts(
  { format, width, height, preview }: RawFile,
): Omit<PhotoFacts, "digest" | keyof CameraFacts> {
  const hint = preview === undefined
    ? "no JPEG preview was found in it"
    : "--previews embeds the JPEG in it";
  const problem =
    `Cannot decode image: it is ${format.toUpperCase()}, a camera's raw file; ${hint}`;
  return { format, width, height, problem, ...preview !== undefined && { preview } };
}

function headerFacts(
  bytes: Uint8Array,
): Pick<PhotoFacts, "format" | "width" | "height" | "problem"> {
  try {
    const { format, width, height } = judgeImage(bytes, LIMITS);
    return { format, width, height, problem: undefined };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const format = sniffFormat(bytes.subarray(0, 16));
    return { format, width: undefined, height: undefined, problem: error.message };
  }
}
