/** TIFF to the pixels that Pillow gives, in their own mode and upright: Pillow turns TIFFs when it loads them. */
import { pixelBytes, type PixelImage } from "../../contract/pixels.ts";
import { TiffDirectory } from "../../header/tiff_directory.ts";
import { tiffOrientation } from "../../header/tiff_header.ts";
import { applyOrientation } from "../orientation.ts";
import { findCodec } from "./tiff_codecs.ts";
import { PIXEL_MODES } from "./tiff_layouts.ts";
import type { TiffKind } from "./tiff_kinds.ts";
import type { DecodeJpeg } from "./tiff_jpeg.ts";
import { readPacked } from "./tiff_packed.ts";
import { readTiffPage, type TiffPage, unsupported } from "./tiff_page.ts";
import { readPlain } from "./tiff_plain.ts";

const [UNCOMPRESSED, JPEG] = [1, 7];
/** What becomes of YCbCr in JPEGs. */
const RGB: TiffKind = { mode: "RGB", layout: "RGB" };

/** Modes of Pillow's that nothing here resizes as it does. */
const MODES_REFUSED: Readonly<Record<string, string>> = {
  LAB: "in CIE L*a*b*",
  La: "gray that was multiplied by alpha",
};

/**
 * Decodes the first page.
 *
 * @param decodeJpeg For strips that are JPEGs.
 * @throws {Refusal} `unsupported_image` for other kinds of TIFF, `image_too_large`.
 * @throws {Error} when the file is damaged, as far as Pillow refuses it for that.
 */
export function decodeTiff(bytes: Uint8Array, decodeJpeg?: DecodeJpeg): PixelImage {
  const read = readTiffPage(bytes);
  const page = read.compression === JPEG && read.isYCbCr ? { ...read, kind: RGB } : read;
  const { width, height, palette, directory } = page;
  const mode = PIXEL_MODES[page.kind.mode];
  if (mode === undefined) throw unsupported(MODES_REFUSED[page.kind.mode] ?? "of this mode");
  const isPlain = page.compression === UNCOMPRESSED;
  const codec = isPlain ? undefined : findCodec(page, decodeJpeg);
  if (codec !== undefined && page.kind.mode === "YCbCr") {
    throw unsupported("in compressed YCbCr");
  }
  const data = new Uint8Array(width * height * pixelBytes({ mode }));
  if (codec === undefined) readPlain(bytes, page, { mode, data });
  else readPacked(bytes, asLibtiffReads(bytes, page), { codec, mode, data });
  const image = { width, height, mode, ...palette && { palette }, data };
  return applyOrientation(image, tiffOrientation(directory));
}

/** Of compressed pictures both have their say: Pillow of the kind, libtiff of the rest. */
function asLibtiffReads(bytes: Uint8Array, page: TiffPage): TiffPage {
  return { ...page, directory: new TiffDirectory(bytes, "libtiff") };
}
