/** Where keys stand, as OpenAPI's security schemes. */
import type { KeyHeader } from "../codec/key_header.ts";
import type { Json } from "./json_schema.ts";

/** A scheme and its name. */
interface KeyScheme {
  readonly name: string;
  readonly scheme: Json;
}

/** Reads the header that a dialect tells those who forgot it: `Authorization: Bearer KEY`, or `x-api-key: KEY`. */
export function keyScheme({ hint }: Pick<KeyHeader, "hint">): KeyScheme {
  const [header = "", value = ""] = hint.split(/: */, 2);
  const description = `A key of the gateway's operator: \`${hint}\``;
  if (/^authorization$/i.test(header) && /^bearer /i.test(value)) {
    return { name: "bearer", scheme: { type: "http", scheme: "bearer", description } };
  }
  const name = header.toLowerCase();
  return { name, scheme: { type: "apiKey", in: "header", name, description } };
}
