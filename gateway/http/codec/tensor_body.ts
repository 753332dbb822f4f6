/** Bodies of KServe's protocol: JSON, and behind it what Triton's binary tensor data extension puts there. */
import { GatewayError } from "../../contract/errors.ts";
import { parseJsonObject } from "./json_body.ts";

/** The header that says how many of a body's bytes are JSON. */
export const JSON_LENGTH_HEADER = "inference-header-content-length";

/** A body taken apart. */
export interface TensorBody {
  /** Absent where all of the body is the only input (Triton's raw binary request). */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** A view of what is behind the JSON. */
  readonly tail: Uint8Array<ArrayBuffer>;
}

/**
 * Splits a body where its header says; without the header all of it is JSON.
 *
 * @param jsonLength The header's value.
 * @throws {GatewayError} `invalid_body` or `invalid_json`.
 */
export function splitTensorBody(
  body: Uint8Array<ArrayBuffer>,
  jsonLength: string | undefined,
): TensorBody {
  const length = jsonLength === undefined ? body.length : readLength(jsonLength, body.length);
  const tail = body.subarray(length);
  const isRaw = jsonLength !== undefined && length === 0;
  return { fields: isRaw ? undefined : parseJsonObject(body.subarray(0, length)), tail };
}

function readLength(text: string, bodyLength: number): number {
  const length = /^\d{1,15}$/.test(text.trim()) ? Number(text) : NaN;
  if (length <= bodyLength) return length;
  throw new GatewayError(
    "invalid_body",
    `Cannot read body as ${JSON_LENGTH_HEADER} must be the bytes of its JSON, an integer from 0 to the body's ${bodyLength}`,
  );
}
