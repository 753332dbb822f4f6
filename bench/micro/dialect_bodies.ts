/** A photo in the request of each dialect, as its clients send it. */
import { post } from "../../testing/requests.ts";

/** A way to send one photo. */
interface DialectBody {
  readonly name: string;
  readonly path: string;
  readonly init: (jpeg: Uint8Array<ArrayBuffer>, model: string) => RequestInit;
}

type Json = (base64: string, model: string) => unknown;

function json(name: string, path: string, body: Json): DialectBody {
  return {
    name,
    path,
    init: (jpeg, model) => post("application/json", JSON.stringify(body(jpeg.toBase64(), model))),
  };
}

const uriOf = (base64: string) => `data:image/jpeg;base64,${base64}`;

/** The first is what the others are compared with. */
export const DIALECT_BODIES: readonly [DialectBody, ...DialectBody[]] = [
  json("/embed", "/embed", (image) => ({ image })),
  json("/embed, base64", "/embed", (image) => ({ image, encoding_format: "base64" })),
  { name: "/embed, form", path: "/embed", init: (jpeg) => form(jpeg) },
  json("/embed/base64", "/embed/base64", (image) => ({ images: [image] })),
  json("OpenAI, floats", "/v1/embeddings", (image, model) => ({
    model,
    input: uriOf(image),
    encoding_format: "float",
  })),
  json("OpenAI, base64", "/v1/embeddings", (image, model) => ({
    model,
    input: uriOf(image),
    encoding_format: "base64",
  })),
  json("TEI", "/", (image) => ({ inputs: uriOf(image) })),
  json("Cohere", "/v2/embed", (image, model) => ({
    model,
    input_type: "image",
    images: [uriOf(image)],
    embedding_types: ["float"],
  })),
  json("Voyage", "/v1/multimodalembeddings", (image, model) => ({
    model,
    inputs: [{ content: [{ type: "image_base64", image_base64: uriOf(image) }] }],
  })),
  json("Gemini", "/v1beta/models/{model}:embedContent", (image) => ({
    content: { parts: [{ inline_data: { mime_type: "image/jpeg", data: image } }] },
  })),
  json("Weaviate", "/vectorize", (image) => ({ images: [image] })),
  { name: "KServe", path: "/v2/models/embed/infer", init: (jpeg) => kserve(jpeg) },
  { name: "Immich", path: "/predict", init: form },
];

/** As tritonclient writes it: a JSON head, and a BYTES element behind its length. */
function kserve(jpeg: Uint8Array<ArrayBuffer>): RequestInit {
  const bytes = 4 + jpeg.length;
  const head = new TextEncoder().encode(JSON.stringify({
    inputs: [{
      ...{ name: "image", shape: [1], datatype: "BYTES" },
      parameters: { binary_data_size: bytes },
    }],
    parameters: { binary_data_output: true },
  }));
  const body = new Uint8Array(head.length + bytes);
  body.set(head);
  new DataView(body.buffer).setUint32(head.length, jpeg.length, true);
  body.set(jpeg, head.length + 4);
  return post("application/octet-stream", body, {
    "inference-header-content-length": String(head.length),
  });
}

/** With a model, as Immich sends it. */
function form(jpeg: Uint8Array<ArrayBuffer>, modelName?: string): RequestInit {
  const body = new FormData();
  if (modelName) body.append("entries", JSON.stringify({ clip: { visual: { modelName } } }));
  body.append("image", new Blob([jpeg]));
  return { method: "POST", body };
}
