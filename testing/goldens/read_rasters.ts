/** The small pictures of `rasters/`, as tests read them; `make_rasters.py` writes them. */

const FOLDER = new URL("rasters/", import.meta.url);

/** A picture's file, and what Pillow makes of it. */
export interface RasterGolden {
  /** What is peculiar. */
  readonly name: string;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly width?: number;
  readonly height?: number;
  /** Pillow's mode of the opened file. */
  readonly mode?: string;
  /** SHA-256 of the crop of 64×64×3; absent where Pillow refuses. */
  readonly u8?: string;
  /** The same with `ImageOps.exif_transpose` first, where that is another one. */
  readonly u8_exif?: string;
  /** Why Pillow refuses. */
  readonly error?: string;
}

/** Side of the crops. */
export const RASTER_SIDE = 64;

/** Every picture of a format, such as `png`, from a folder of two files a format. */
export function readRasters(format: string, folder = FOLDER): RasterGolden[] {
  const rows: (Omit<RasterGolden, "file"> & { bytes: number })[] = JSON.parse(
    Deno.readTextFileSync(new URL(`${format}.json`, folder)),
  );
  const all = Deno.readFileSync(new URL(`${format}.bin`, folder));
  let offset = 0;
  return rows.map(({ bytes, ...row }) => {
    offset += bytes;
    return { ...row, file: all.slice(offset - bytes, offset) };
  });
}
