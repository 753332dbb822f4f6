/** Embeddings of a bit a value, by which databases find candidates cheaply. */

/** How bits are written: as bytes, or as bytes less 128 ("offset binary"). */
export type SignBits = "ubinary" | "binary";

/**
 * The signs of an embedding: a bit is 1 where the value is above 0, the first in its byte's highest bit, zeros behind the
 * last. Cohere's and Voyage's definition; `numpy.packbits(embedding > 0)` gives the same.
 */
export function packSigns(
  embedding: Float32Array,
  type: SignBits,
): Uint8Array<ArrayBuffer> | Int8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(embedding.length / 8));
  embedding.forEach((value, index) => {
    if (value > 0) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | 0x80 >> (index & 7);
  });
  return type === "ubinary" ? bytes : Int8Array.from(bytes, (byte) => byte - 128);
}
