/** The address by which a client came, as it is to be shown to that client. */

/** Nothing that a shell or a page could take for something else, as the text goes into both. */
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
const PROTOCOLS = ["http", "https"];

/**
 * Origin that a client used, by what a proxy passes on and else by the request itself, such as `https://photos.example`.
 * Anybody may send these headers: it is shown to who sent them, and nothing is decided by it.
 *
 * @returns `undefined` where neither is a plain host.
 */
export function publicOrigin(request: Pick<Request, "url" | "headers">): string | undefined {
  const { protocol, host } = new URL(request.url);
  const first = (name: string) => request.headers.get(name)?.split(",")[0]?.trim().toLowerCase();
  const forwarded = first("x-forwarded-proto") ?? "";
  const scheme = PROTOCOLS.includes(forwarded) ? forwarded : protocol.slice(0, -1);
  const found = [first("x-forwarded-host") ?? "", host].find((name) => HOST.test(name));
  return found === undefined ? undefined : `${scheme}://${found}`;
}
