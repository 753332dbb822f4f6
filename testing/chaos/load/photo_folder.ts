/** Photos as requests, and what must come back for each. */

/** Bytes of a whole request, and the embedding that the idle gateway gave. */
export interface PhotoRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** f32 [dim], little-endian as in a reply; `undefined` where none is known. */
  readonly expected: Float32Array<ArrayBuffer> | undefined;
}

/** How a reply's embedding compares with the one that is known. */
export type Match = "same" | "near" | "wrong";

/** What the runtime's rounding leaves of a cosine in other batches, with much to spare. */
const COSINE_MIN = 0.9999;

/** Reads every `NAME.jpg` of a folder, with `NAME.f32` where it is beside it, in order of name. */
export function readPhotoRequests(folder: string, host: string): PhotoRequest[] {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const requests = files.filter((name) => name.endsWith(".jpg")).map((name) => {
    const vector = name.replace(/jpg$/, "f32");
    const expected = files.includes(vector)
      ? new Float32Array(Deno.readFileSync(`${folder}/${vector}`).buffer)
      : undefined;
    return { bytes: photoRequest(Deno.readFileSync(`${folder}/${name}`), host), expected };
  });
  if (requests.length === 0) throw new TypeError(`Cannot send photos as ${folder} has none`);
  return requests;
}

/** A request that asks for the embedding as float32. */
function photoRequest(jpeg: Uint8Array, host: string): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(
    `POST /embed HTTP/1.1\r\nhost: ${host}\r\naccept: application/octet-stream\r\n` +
      `content-type: image/jpeg\r\ncontent-length: ${jpeg.length}\r\n\r\n`,
  );
  const bytes = new Uint8Array(head.length + jpeg.length);
  bytes.set(head);
  bytes.set(jpeg, head.length);
  return bytes;
}

/** Compares a reply's body with what must come, bit for bit at first. */
export function compareEmbedding(body: Uint8Array, expected: Float32Array<ArrayBuffer>): Match {
  if (body.length !== expected.byteLength) return "wrong";
  const bytes = new Uint8Array(expected.buffer);
  if (body.every((byte, index) => byte === bytes[index])) return "same";
  // A reply's body begins anywhere.
  const got = new Float32Array(body.slice().buffer);
  const [product, one, other] = expected.reduce(([product, one, other], value, index) => {
    const found = got[index] as number;
    return [product + value * found, one + value * value, other + found * found];
  }, [0, 0, 0]) as [number, number, number];
  // A NaN makes it wrong.
  return product / Math.sqrt(one * other) >= COSINE_MIN ? "near" : "wrong";
}
