/** Forms by hand, as clients write them that name no file, or name it otherwise than `FormData` does. */

/** A part's head behind `Content-Disposition: form-data; `, further headers included, and its content. */
export type FormPart = readonly [rest: string, content: string | Uint8Array];

const BOUNDARY = "soak";

/** The type of their bodies. */
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** Writes the body of a form (RFC 7578). */
export async function formBody(parts: readonly FormPart[]): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = parts.flatMap(([rest, content]): BlobPart[] => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${rest}\r\n\r\n`,
    content as BlobPart,
    "\r\n",
  ]);
  return await new Blob([...pieces, `--${BOUNDARY}--\r\n`]).bytes();
}
