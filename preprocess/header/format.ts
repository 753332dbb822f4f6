/** Image formats told apart by their first bytes; names and extensions are never trusted. */
export type ImageFormat = "jpeg" | "png" | "gif" | "tiff" | "webp" | "heic" | "avif" | "bmp";

/** Formats the gateway decodes. */
export type AcceptedFormat = "jpeg" | "png" | "webp" | "gif" | "bmp" | "tiff";

/** What an error names as accepted. */
export const ACCEPTED_FORMATS: readonly AcceptedFormat[] = [
  "jpeg",
  "png",
  "webp",
  "gif",
  "bmp",
  "tiff",
];

/** Those of TIFF, of BigTIFF, and twisted ones that Pillow reads. */
const TIFF_PREFIXES = ["II*\0", "MM\0*", "II+\0", "MM\0+", "II\0*", "MM*\0"];

/** Tells the format from the first 16 bytes, or `undefined` when they are no image's. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | undefined {
  const ascii = String.fromCharCode(...bytes.subarray(0, 16));
  if (ascii.startsWith("\xff\xd8\xff")) return "jpeg";
  if (ascii.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (ascii.startsWith("GIF87a") || ascii.startsWith("GIF89a")) return "gif";
  if (TIFF_PREFIXES.some((prefix) => ascii.startsWith(prefix))) return "tiff";
  if (ascii.startsWith("RIFF") && ascii.startsWith("WEBP", 8)) return "webp";
  if (ascii.startsWith("ftyp", 4)) return isoBrand(ascii.slice(8, 12));
  if (ascii.startsWith("BM") && bytes.length >= 14) return "bmp";
  return undefined;
}

/** Whether the gateway decodes a format. */
export function isAcceptedFormat(format: ImageFormat | undefined): format is AcceptedFormat {
  return (ACCEPTED_FORMATS as readonly (string | undefined)[]).includes(format);
}

function isoBrand(brand: string): ImageFormat | undefined {
  if (brand === "avif" || brand === "avis") return "avif";
  if (["heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"].includes(brand)) return "heic";
  return undefined;
}
