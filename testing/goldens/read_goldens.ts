/** The goldens as tests read them: one entry a file, and the files' bytes. */

const FOLDER = new URL("./", import.meta.url);

/** What Pillow makes of one file; the fields are described in `README.md`. */
export interface GoldenEntry {
  /** Path below this folder. */
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
  readonly mode?: string;
  readonly coding?: string;
  readonly pixels?: string;
  readonly rgb?: string;
  readonly u8?: string;
  readonly f32?: string;
  readonly u8_pillow12?: string;
  readonly scaled?: string;
  readonly u8_draft?: string;
  readonly u8_exif?: string;
  readonly error?: string;
}

/** Every entry, in the order of the file. */
export function readGoldens(): GoldenEntry[] {
  return JSON.parse(Deno.readTextFileSync(new URL("goldens.json", FOLDER)));
}

/** The bytes of an entry's file. */
export function readGoldenFile(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(name, FOLDER));
}
