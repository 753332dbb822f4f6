/** Bodies of requests, and the tables that forms are written in. */
import { post } from "../requests.ts";
import type { Photo } from "./known_inputs.ts";
import type { ReplyShape, RequestForm } from "./request_form.ts";

/** The field or parameter `model`; empty where a request leaves the choice to the gateway. */
export type Named = { readonly model?: string };

/** Where a request goes, and what it sends. */
export type Sent = Pick<RequestForm, "path" | "init">;

/** A row of a table: a form's name, its request, its reply, and what else it is. */
export type Entry = readonly [
  name: string,
  sent: Sent,
  shape: ReplyShape,
  extra?: Partial<RequestForm>,
];

/** Asks for raw float32. */
export const FLOAT32 = { accept: "application/octet-stream" };

/** Inputs that cannot be embedded, and the codes that stand in their places. */
export const BAD_IMAGE = { base64: "AAAA", code: "unsupported_media_type" };
export const BAD_TEXT = { text: " ", code: "invalid_text" };

/** Forms of a table, whose rows and models are alike where it does not say otherwise. */
export function toForms(
  entries: readonly Entry[],
  { of, named, rows, models }: Pick<RequestForm, "rows" | "models"> & {
    readonly of: string;
    readonly named: Named;
  },
): RequestForm[] {
  const by = named.model === undefined ? " as default" : ` by name ${named.model}`;
  return entries.map(([name, sent, shape, extra]) => ({
    name: `${of}${named.model === of ? "" : by}: ${name}`,
    ...sent,
    shape,
    rows,
    models,
    ...extra,
  }));
}

/** A request in JSON. */
export function json(body: unknown, query = "", headers: Record<string, string> = {}): Sent {
  return {
    path: route("/embed", query),
    init: post("application/json", JSON.stringify(body), headers),
  };
}

/** A form of parts in order, and of fields behind them. */
export function form(
  parts: readonly (readonly [name: string, value: string | File])[],
  fields: Readonly<Record<string, string>>,
  { query = "", headers = {} }: {
    readonly query?: string;
    readonly headers?: Record<string, string>;
  } = {},
): Sent {
  const body = new FormData();
  for (const [name, value] of [...parts, ...Object.entries(fields)]) body.append(name, value);
  return { path: route("/embed", query), init: { method: "POST", headers, body } };
}

/** A path with the parts of its query that are not empty. */
export function route(path: string, ...queries: string[]): string {
  const query = queries.filter((part) => part !== "").join("&");
  return query === "" ? path : `${path}?${query}`;
}

/** A photo as the file of a form. */
export function file({ name, bytes }: Photo): File {
  return new File([bytes], name, { type: "image/jpeg" });
}

/** A photo as JSON has it. */
export function base64({ bytes }: Photo): string {
  return bytes.toBase64();
}
