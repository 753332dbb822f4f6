import { GatewayError } from "../../contract/errors.ts";

/** A form's files in order, and its other fields. */
export interface Form {
  readonly files: readonly Uint8Array<ArrayBuffer>[];
  /** Names of all fields, those of files included. */
  readonly names: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Reads a form (RFC 7578) by the runtime's parser.
 *
 * @param contentType With its boundary.
 * @throws {GatewayError} `invalid_body`.
 */
export async function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Form> {
  const headers = { "content-type": contentType };
  let form: FormData;
  try {
    form = await new Response(body, { headers }).formData();
  } catch (cause) {
    throw new GatewayError("invalid_body", "Cannot read body: it is not multipart/form-data", {
      cause,
    });
  }
  const parts = [...form.entries()];
  const files = parts.flatMap(([, value]) => value instanceof File ? [value] : []);
  const texts = parts.flatMap(([name, value]) => typeof value === "string" ? [[name, value]] : []);
  return {
    files: await Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer()))),
    names: parts.map(([name]) => name),
    texts: Object.fromEntries(texts),
  };
}
