/** Requests as commands of a shell. */
import type { Json } from "./json_schema.ts";

/** Of a base64 text that stays readable. */
const BASE64_SHOWN = 16;
const LONG_BASE64 = /[A-Za-z0-9+/]{64,}={0,2}/g;

/** A command that sends an operation's request; `undefined` for one whose body has no example. */
export function curlExample(
  { method, path, key }: {
    readonly method: string;
    readonly path: string;
    /** Such as `Authorization: Bearer KEY`. */
    readonly key: string | undefined;
  },
  type?: string,
  example?: unknown,
): string | undefined {
  const parts = [
    `curl http://HOST:PORT${path}`,
    ...key === undefined ? [] : [`-H '${key}'`],
  ];
  if (method === "GET") return parts.join(" ");
  if (type === undefined) return undefined;
  if (type === "application/json") {
    if (example === undefined) return undefined;
    const text = JSON.stringify(example).replaceAll(
      LONG_BASE64,
      (text) => `${text.slice(0, BASE64_SHOWN)}…`,
    );
    return [...parts, `--json '${text.replaceAll("'", "'\\''")}'`].join(" ");
  }
  if (type === "multipart/form-data") return [...parts, "-F image=@photo.jpg"].join(" ");
  if (type === "text/plain") {
    return [...parts, "-H 'content-type: text/plain'", "--data-binary 'a dog on a beach'"].join(
      " ",
    );
  }
  const named = type.includes("*") ? "image/jpeg" : type;
  return [...parts, `-H 'content-type: ${named}'`, "--data-binary @photo.jpg"].join(" ");
}

/** The header of an operation's key, as its scheme describes it. */
export function keyHeaderOf(operation: Json, schemes: Json): string | undefined {
  const [requirement] = (operation.security ?? []) as readonly Json[];
  const [name] = Object.keys(requirement ?? {});
  if (name === undefined) return undefined;
  const { type, name: header } = Object(schemes[name]) as Json;
  return type === "http" ? "authorization: Bearer KEY" : `${header}: KEY`;
}
