/** Requests in KServe's protocol, as tritonclient builds them. */

/** JSON, and tensors behind it. */
export interface KserveBody {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A body with its header; no type is named, as tritonclient names none. */
export function kserveBody(head: unknown, tail: Uint8Array = new Uint8Array()): KserveBody {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const body = new Uint8Array(json.length + tail.length);
  body.set(json);
  body.set(tail, json.length);
  return { headers: { "inference-header-content-length": String(json.length) }, body };
}

/** Elements of datatype BYTES: each a length, u32 little-endian, and its bytes. */
export function bytesTensor(
  ...elements: readonly (Uint8Array | string)[]
): Uint8Array<ArrayBuffer> {
  const parts = elements.flatMap((element) => {
    const bytes = typeof element === "string" ? new TextEncoder().encode(element) : element;
    return [new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes];
  });
  const tensor = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    tensor.set(part, offset);
    offset += part.length;
  }
  return tensor;
}

/** An input that is behind the JSON. */
export function binaryInput(
  name: string,
  { datatype = "BYTES", shape, size }: {
    readonly datatype?: string;
    readonly shape: readonly number[];
    readonly size: number;
  },
): Record<string, unknown> {
  return { name, datatype, shape, parameters: { binary_data_size: size } };
}

/** A request of encoded images or texts, all of it as tritonclient has it by default: binary both ways. */
export function elementsBody(name: string, ...elements: (Uint8Array | string)[]): KserveBody {
  const tail = bytesTensor(...elements);
  const input = binaryInput(name, { shape: [elements.length], size: tail.length });
  return kserveBody({ inputs: [input], parameters: { binary_data_output: true } }, tail);
}

/** A reply taken apart. */
export interface KserveReply {
  // deno-lint-ignore no-explicit-any
  readonly json: any;
  /** What is behind the JSON, in hex. */
  readonly tail: string;
}

/** Reads a reply, binary or not. */
export async function kserveReply(response: Response): Promise<KserveReply> {
  const length = response.headers.get("inference-header-content-length");
  const bytes = await response.bytes();
  const end = length === null ? bytes.length : Number(length);
  return {
    json: JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))),
    tail: bytes.subarray(end).toHex(),
  };
}
