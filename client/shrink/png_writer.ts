/** Writes RGB pixels as a PNG (PNG 3rd edition), with what browsers, Node and Deno have in common. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
const CHANNELS = 3;
const PAETH = 4;

/** @param pixels u8 [height, width, 3]. */
export async function writePng(
  pixels: Uint8Array,
  width: number,
  height: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // 8 bits, RGB.
  head.set([8, 2, 0, 0, 0], 8);
  const data = await deflate(filterRows(pixels, width * CHANNELS, height));
  const parts = [
    new Uint8Array(SIGNATURE),
    chunk("IHDR", head),
    chunk("IDAT", data),
    chunk("IEND", new Uint8Array()),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Every row by the filter of Paeth (section 9), which photos suit best. */
function filterRows(pixels: Uint8Array, stride: number, height: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array((stride + 1) * height);
  const at = (row: number, column: number) =>
    row < 0 || column < 0 ? 0 : pixels[row * stride + column] as number;
  let out = 0;
  for (let row = 0; row < height; row++) {
    rows[out++] = PAETH;
    for (let column = 0; column < stride; column++) {
      const [left, above] = [at(row, column - CHANNELS), at(row - 1, column)];
      rows[out++] = at(row, column) - paeth(left, above, at(row - 1, column - CHANNELS));
    }
  }
  return rows;
}

function paeth(left: number, above: number, corner: number): number {
  const [byLeft, byAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
  const byCorner = Math.abs(left + above - 2 * corner);
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  // The name of zlib's format in the Compression Standard.
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** As section D has it, a bit at a time: files are small. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
