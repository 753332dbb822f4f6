/** Requests of clients by fetch, and what tests ask of the replies. */

/** A POST of a body of some type. */
export function post(
  type: string,
  body: BodyInit | null,
  headers: Record<string, string> = {},
): RequestInit {
  return { method: "POST", headers: { "content-type": type, ...headers }, body };
}

/** A POST of a JPEG. */
export function postJpeg(body: Uint8Array<ArrayBuffer>): RequestInit {
  return post("image/jpeg", body);
}

/** A reply's status; its body is not waited for. */
export async function status(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}
