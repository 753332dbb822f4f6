/** Headers that say more than HTTP does of any request or reply; the reference has the same. */

/** One header. */
export interface DescribedHeader {
  readonly name: string;
  /** On which requests and replies it is, in words. */
  readonly on: string;
  readonly meaning: string;
  readonly schema: { readonly type: "string" | "integer"; readonly pattern?: string };
  /** Whether a reply has it, by its status and whether it has embeddings; absent, none has it for sure. */
  readonly isOn?: (status: number, hasEmbeddings: boolean) => boolean;
  /** Whether every one of those replies has it. */
  readonly isSure?: true;
}

const TEXT = { type: "string" } as const;
const DIGITS = { type: "integer" } as const;
/** Of the model of images, of that of texts, or of both in this order. */
const DIGESTS = "^[0-9a-f]{64}(, [0-9a-f]{64})?$";
const isGood = (status: number) => status < 300;

/** All of them. */
export const HEADERS: readonly DescribedHeader[] = [
  {
    name: "x-request-id",
    on: "requests, replies",
    meaning: "Names the request in errors and logs; made where absent",
    schema: TEXT,
    isOn: () => true,
    isSure: true,
  },
  {
    name: "x-preprocess-id",
    on: "embeddings",
    meaning: "Fingerprint of all that changes a vector",
    schema: TEXT,
    isOn: (status, hasEmbeddings) => isGood(status) && hasEmbeddings,
    isSure: true,
  },
  {
    name: "x-model-digest",
    on: "embeddings",
    meaning: "SHA-256 of the model's ONNX file, `digest` in `/models`",
    schema: { type: "string", pattern: DIGESTS },
    isOn: (status, hasEmbeddings) => isGood(status) && hasEmbeddings,
    isSure: true,
  },
  {
    name: "x-embedding-space",
    on: "embeddings",
    meaning: "Vectors of one space may be compared",
    schema: TEXT,
    isOn: (status, hasEmbeddings) => isGood(status) && hasEmbeddings,
    isSure: true,
  },
  {
    name: "x-embedding-shape",
    on: "float32 replies",
    meaning: "`rows,dim`",
    schema: { type: "string", pattern: "^\\d+,\\d+$" },
    isOn: (status, hasEmbeddings) => isGood(status) && hasEmbeddings,
  },
  {
    name: "x-embedding-truncated",
    on: "float32 replies",
    meaning: "Texts whose end had no influence, from 0",
    schema: { type: "string", pattern: "^\\d+(,\\d+)*$" },
    isOn: (status, hasEmbeddings) => isGood(status) && hasEmbeddings,
  },
  {
    name: "server-timing",
    on: "replies",
    meaning: "Milliseconds a phase",
    schema: TEXT,
    isOn: () => true,
  },
  {
    name: "retry-after",
    on: "429, 503",
    meaning: "Seconds until another try; milliseconds are in `retry-after-ms`",
    schema: DIGITS,
    isOn: (status) => status === 429 || status === 503,
  },
  {
    name: "retry-after-ms",
    on: "429, 503",
    meaning: "Milliseconds until another try",
    schema: DIGITS,
    isOn: (status) => status === 429 || status === 503,
  },
  {
    name: "www-authenticate",
    on: "401",
    meaning: "`Bearer`, where the key of the dialect is one",
    schema: TEXT,
    isOn: (status) => status === 401,
  },
  { name: "allow", on: "405", meaning: "Methods of the path", schema: TEXT },
  {
    name: "connection",
    on: "some",
    meaning:
      "`close` where the body was not read to its end, where another thread has time for the next, or while the gateway drains",
    schema: TEXT,
    isOn: () => true,
  },
];

/** Headers of a reply, which refer to the document's. */
export function replyHeaders(
  status: number,
  hasEmbeddings: boolean,
): Readonly<Record<string, unknown>> {
  const headers = HEADERS.filter(({ isOn }) => isOn?.(status, hasEmbeddings));
  return Object.fromEntries(
    headers.map(({ name }) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}

/** All headers of replies, as OpenAPI has them. */
export function headerComponents(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    HEADERS.map(({ name, meaning, schema, isSure }) => [
      name,
      { description: meaning, schema, ...isSure && { required: true } },
    ]),
  );
}
