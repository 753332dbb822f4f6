/** Compressions of TIFFs by their numbers. */
import { DeflateReader } from "./tiff_deflate.ts";
import { type FaxKind, FaxReader } from "./tiff_fax.ts";
import { createOpenJpeg, type DecodeJpeg } from "./tiff_jpeg.ts";
import { isOldLzw, LzwReader } from "./tiff_lzw.ts";
import { PackBitsReader } from "./tiff_packbits.ts";
import type { Codec } from "./strip_reader.ts";
import { TAG, type TiffPage, unsupported } from "./tiff_page.ts";
const DEFLATE: Codec = { open: (packed) => new DeflateReader(packed), isPredicted: true };

const CREATORS: Readonly<Record<number, (page: TiffPage) => Codec>> = {
  2: () => fax("rows of bytes"),
  3: ({ directory }) => fax("group 3", ((directory.value(TAG.faxOptions) ?? 0) & 1) === 1),
  4: () => fax("group 4"),
  5: () => lzw(),
  8: () => DEFLATE,
  32773: () => ({ open: (packed) => new PackBitsReader(packed), isPredicted: false }),
  32946: () => DEFLATE,
};

/** Compressions that Pillow knows and this does not. */
const NAMES: Readonly<Record<number, string>> = {
  6: "packed as JPEGs of the old kind",
  7: "packed as JPEGs",
  32809: "packed by ThunderScan",
  34676: "packed by SGILog",
  34677: "packed by SGILog",
  34925: "packed by LZMA",
  50000: "packed by Zstandard",
  50001: "packed as WebPs",
};

const JPEG = 7;

/**
 * How the page's strips are unpacked.
 *
 * @param decodeJpeg For strips that are JPEGs; without it they are refused.
 * @throws {Refusal} `unsupported_image`.
 */
export function findCodec(page: TiffPage, decodeJpeg?: DecodeJpeg): Codec {
  const { compression } = page;
  if (compression === JPEG && decodeJpeg) return jpeg(page, decodeJpeg);
  const create = CREATORS[compression];
  if (create === undefined) {
    throw unsupported(NAMES[compression] ?? `of compression ${compression}`);
  }
  return create(page);
}

/** The first strip says how all of them are packed. */
function lzw(): Codec {
  let isOld: boolean | undefined;
  return {
    open(packed) {
      isOld ??= isOldLzw(packed);
      return new LzwReader(packed, isOld);
    },
    isPredicted: true,
  };
}

function fax(kind: FaxKind, isTwoDimensional = false): Codec {
  return {
    open: (packed, { width }) => new FaxReader(packed, { kind, isTwoDimensional, width }),
    isPredicted: false,
  };
}

function jpeg({ directory, bits, isYCbCr, isSeparate }: TiffPage, decodeJpeg: DecodeJpeg): Codec {
  if (isSeparate && isYCbCr) throw unsupported("packed as JPEGs of one colour each");
  const open = createOpenJpeg({
    decodeJpeg,
    tables: directory.raw(TAG.jpegTables),
    samples: isSeparate ? 1 : bits.length,
    isYCbCr,
    subsampling: directory.values(TAG.subsampling, 2),
  });
  return { open, isPredicted: false };
}
