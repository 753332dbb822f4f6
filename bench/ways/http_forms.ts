/** What HTTP requests for embeddings look like, form by form. */
import type { Photo } from "../../testing/photo_set.ts";
import { headerOf, type HttpReply } from "./http_connection.ts";
import { concat, joinTensors, TENSORS } from "./way.ts";

/** A body, and the headers that go with it. */
interface HttpBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** How photos are asked about. */
export interface HttpForm {
  readonly path: (model: string) => string;
  readonly encode: (photos: readonly Photo[]) => HttpBody;
  readonly decode: (reply: HttpReply) => Float32Array;
}

const LENGTH_HEADER = "inference-header-content-length";
const BOUNDARY = "photo-boundary-7d1c4b0e";

const utf8 = new TextEncoder();
const asJson = (value: unknown) => utf8.encode(JSON.stringify(value));
const fromJson = ({ body }: HttpReply) => JSON.parse(new TextDecoder().decode(body));
const infer = (model: string) => `/v2/models/${model}/infer`;

/** JPEGs as base64 in JSON, rows of numbers back: the least change for callers of a service like the Python one. */
export const BASE64_JSON: HttpForm = {
  path: () => "/embed/base64",
  encode: (photos) => ({
    headers: { "content-type": "application/json" },
    body: asJson({ images: photos.map(({ jpeg }) => jpeg.toBase64()) }),
  }),
  decode: (reply) => Float32Array.from((fromJson(reply).embeddings as number[][]).flat()),
};

/** JPEGs as they are, float32 back: one photo as the body, several as a form (RFC 7578). */
export const RAW_BODY: HttpForm = {
  path: () => "/embed",
  encode: (photos) => {
    const [first] = photos;
    const isSingle = photos.length === 1 && first !== undefined;
    const type = isSingle ? "image/jpeg" : `multipart/form-data; boundary=${BOUNDARY}`;
    const headers = { "content-type": type, accept: "application/octet-stream" };
    return { headers, body: isSingle ? first.jpeg : multipart(photos) };
  },
  decode: ({ body }) => new Float32Array(body.slice().buffer),
};

/** FP32 tensors to Triton as JSON: what KServe's protocol is without extensions. */
export const TRITON_JSON: HttpForm = {
  path: infer,
  encode: (photos) => {
    const data = photos.flatMap(({ tensor }) => Array.from(tensor));
    const shape = [photos.length, 3, 224, 224];
    const inputs = [{ name: TENSORS.input, datatype: "FP32", shape, data }];
    return {
      headers: { "content-type": "application/json" },
      body: asJson({ inputs, outputs: [{ name: TENSORS.output }] }),
    };
  },
  decode: (reply) => Float32Array.from(fromJson(reply).outputs[0].data as number[]),
};

/** FP32 tensors as bytes behind a JSON header, by KServe's binary extension. */
export const TRITON_BINARY: HttpForm = {
  path: infer,
  encode: (photos) => {
    const data = joinTensors(photos);
    const shape = [photos.length, 3, 224, 224];
    const parameters = { binary_data_size: data.byteLength };
    const header = asJson({
      inputs: [{ name: TENSORS.input, datatype: "FP32", shape, parameters }],
      outputs: [{ name: TENSORS.output, parameters: { binary_data: true } }],
    });
    return {
      headers: {
        "content-type": "application/octet-stream",
        [LENGTH_HEADER]: String(header.length),
      },
      body: concat([header, data]),
    };
  },
  decode: (reply) => {
    const start = Number(headerOf(reply, LENGTH_HEADER) || NaN);
    return new Float32Array(reply.body.slice(start).buffer);
  },
};

function multipart(photos: readonly Photo[]): Uint8Array<ArrayBuffer> {
  const head = (index: number) =>
    utf8.encode(
      `${index === 0 ? "" : "\r\n"}--${BOUNDARY}\r\n` +
        `content-disposition: form-data; name="images"; filename="${index}.jpg"\r\n` +
        "content-type: image/jpeg\r\n\r\n",
    );
  const parts = photos.flatMap(({ jpeg }, index) => [head(index), jpeg]);
  return concat([...parts, utf8.encode(`\r\n--${BOUNDARY}--\r\n`)]);
}
