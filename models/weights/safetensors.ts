/**
 * Reads checkpoints in the safetensors format, tensor by tensor: an 8-byte length, a JSON header of that length with
 * each tensor's type, shape and place, then the elements, little-endian and row-major.
 */
import { z } from "zod";

/** A header of a large model is some 100 KB; the reference implementation stops at 100 MB. */
const HEADER_BYTES_MAX = 16 * 1024 * 1024;
const LENGTH_BYTES = 8;

/** Types that checkpoints of image models come in, and their bytes an element. */
const ELEMENT_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;

const extent = z.number().int().nonnegative();
const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(extent).max(8),
  /** First byte and the one behind the last, counted from the end of the header. */
  data_offsets: z.tuple([extent, extent]),
});
const headerSchema = z.object({ __metadata__: z.unknown() }).partial().catchall(tensorSchema);

type TensorEntry = z.infer<typeof tensorSchema>;

/** An open checkpoint; only its header is in memory. */
export class Safetensors implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #entries: ReadonlyMap<string, TensorEntry>;
  readonly #dataStart: number;

  private constructor(
    file: Deno.FsFile,
    entries: ReadonlyMap<string, TensorEntry>,
    dataStart: number,
  ) {
    this.#file = file;
    this.#entries = entries;
    this.#dataStart = dataStart;
  }

  /**
   * Opens a checkpoint and checks that the file holds exactly what its header says.
   *
   * @throws {SyntaxError} when the file is no safetensors, or cut short.
   * @throws {Deno.errors.NotFound} and the other errors of Deno's file functions.
   */
  static async open(path: string): Promise<Safetensors> {
    const file = await Deno.open(path);
    try {
      const fileBytes = (await file.stat()).size;
      const headerBytes = await readHeaderLength(file, fileBytes);
      const dataStart = LENGTH_BYTES + headerBytes;
      const header = parseHeader(await readBytes(file, LENGTH_BYTES, headerBytes));
      assertPlaces(header, fileBytes - dataStart);
      return new Safetensors(file, new Map(Object.entries(header)), dataStart);
    } catch (error) {
      file.close();
      throw error instanceof SyntaxError
        ? new SyntaxError(`Cannot read checkpoint ${path}: ${error.message}`)
        : error;
    }
  }

  /** Shapes of all tensors by name, in the header's order. */
  get shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.#entries.entries().map(([name, { shape }]) => [name, shape]));
  }

  /**
   * Promises a tensor: the function reads it, as f32, row-major, anew at every call.
   *
   * @throws {RangeError} when there is no such tensor, or it has another shape or a type that is not F32, F16 or BF16.
   */
  tensor(name: string, shape: readonly number[]): () => Promise<Float32Array> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new RangeError(`Cannot find tensor ${name} in the checkpoint`);
    const { dtype, data_offsets: [start, end] } = entry;
    if (entry.shape.join() !== shape.join()) {
      throw new RangeError(
        `Cannot use tensor ${name}: its shape must be [${shape}]: current value is [${entry.shape}]`,
      );
    }
    if (!isReadable(dtype)) {
      throw new RangeError(
        `Cannot use tensor ${name}: its type must be F32, F16 or BF16: current value is ${dtype}`,
      );
    }
    return async () =>
      toFloat32(await readBytes(this.#file, this.#dataStart + start, end - start), dtype);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

async function readHeaderLength(file: Deno.FsFile, fileBytes: number): Promise<number> {
  if (fileBytes < LENGTH_BYTES) throw new SyntaxError("it is shorter than 8 bytes");
  const length = new DataView((await readBytes(file, 0, LENGTH_BYTES)).buffer).getBigUint64(
    0,
    true,
  );
  const limit = Math.min(HEADER_BYTES_MAX, fileBytes - LENGTH_BYTES);
  if (length > limit) {
    throw new SyntaxError(`its header must be ≤ ${limit} bytes: current value is ${length}`);
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, TensorEntry> {
  const text = new TextDecoder().decode(bytes);
  const result = headerSchema.safeParse(JSON.parse(text));
  if (!result.success) throw new SyntaxError(z.prettifyError(result.error));
  const { __metadata__: _, ...tensors } = result.data;
  return tensors;
}

/** Tensors must fill the data without gaps or overlaps, so that a file cut short or patched together is noticed. */
function assertPlaces(header: Record<string, TensorEntry>, dataBytes: number): void {
  const entries = Object.entries(header)
    .sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  let position = 0;
  for (const [name, { dtype, shape, data_offsets: [start, end] }] of entries) {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const isOfSize = !isReadable(dtype) || end - start === count * ELEMENT_BYTES[dtype];
    if (start !== position || end < start || !isOfSize) {
      throw new SyntaxError(`tensor ${name} cannot lie at bytes ${start} to ${end}`);
    }
    position = end;
  }
  if (position !== dataBytes) {
    throw new SyntaxError(`it must hold ${position} bytes of data: current value is ${dataBytes}`);
  }
}

function isReadable(dtype: string): dtype is keyof typeof ELEMENT_BYTES {
  return Object.hasOwn(ELEMENT_BYTES, dtype);
}

function toFloat32(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: keyof typeof ELEMENT_BYTES,
): Float32Array {
  switch (dtype) {
    case "F32":
      return new Float32Array(bytes.buffer);
    case "F16":
      return new Float32Array(new Float16Array(bytes.buffer));
    case "BF16":
      // The upper half of an f32.
      return new Float32Array(
        Uint32Array.from(new Uint16Array(bytes.buffer), (half) => half << 16).buffer,
      );
  }
}

async function readBytes(
  file: Deno.FsFile,
  position: number,
  byteLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(byteLength);
  await file.seek(position, Deno.SeekMode.Start);
  for (let filled = 0; filled < byteLength;) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) throw new SyntaxError("it ended while being read");
    filled += count;
  }
  return bytes;
}
