/** Photos and other bodies as requests, and what must come back for each. */

/** Bytes of a whole request, and the embedding that the idle gateway gave. */
export interface PhotoRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** f32 [dim], little-endian as in a reply; `undefined` where none is known. */
  readonly expected: Float32Array<ArrayBuffer> | undefined;
}

/** How a reply's embedding compares with the one that is known. */
export type Match = "same" | "near" | "wrong";

/** By the end of a file's name. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  png: "image/png",
  json: "application/json",
};

/** What the runtime's rounding leaves of a cosine in other batches, with much to spare. */
const COSINE_MIN = 0.9999;

/** To whom requests go. */
export interface RequestTarget {
  readonly host: string;
  /** The model that is asked for by name; the gateway's choice when absent. */
  readonly model?: string | undefined;
}

/** Reads every file of a folder that is a body, with `NAME.f32` where it is beside `NAME.jpg`, in order of name. */
export function readPhotoRequests(folder: string, target: RequestTarget): PhotoRequest[] {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const requests = files.flatMap((name) => {
    const contentType = CONTENT_TYPES[name.replace(/.*\./, "")];
    if (contentType === undefined) return [];
    const vector = name.replace(/jpg$/, "f32");
    const expected = vector !== name && files.includes(vector)
      ? new Float32Array(Deno.readFileSync(`${folder}/${vector}`).buffer)
      : undefined;
    const body = Deno.readFileSync(`${folder}/${name}`);
    return [{ bytes: requestOf(body, contentType, target), expected }];
  });
  if (requests.length === 0) throw new TypeError(`Cannot send photos as ${folder} has none`);
  return requests;
}

/** Puts a body into a folder, to be read from there. */
export async function writeRequest(
  folder: string,
  contentType: string,
  body: Uint8Array,
): Promise<void> {
  const extension = Object.keys(CONTENT_TYPES).find((key) => CONTENT_TYPES[key] === contentType);
  if (extension === undefined) throw new TypeError(`Cannot send a body of type ${contentType}`);
  await Deno.writeFile(`${folder}/request.${extension}`, body);
}

/** A request that asks for float32, or, with several images, for JSON. */
function requestOf(
  body: Uint8Array,
  contentType: string,
  { host, model }: RequestTarget,
): Uint8Array<ArrayBuffer> {
  const query = model === undefined ? "" : `?model=${model}`;
  const accept = contentType.startsWith("image/") ? "application/octet-stream" : contentType;
  const head = new TextEncoder().encode(
    `POST /embed${query} HTTP/1.1\r\nhost: ${host}\r\naccept: ${accept}\r\n` +
      `content-type: ${contentType}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
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
