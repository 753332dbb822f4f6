/** Options of an embed request, as JSON fields, form fields or query parameters. */
import { z } from "zod";
import { GatewayError } from "../contract/errors.ts";
import type { EmbedOptions } from "../embed/pipeline.ts";

/** How embeddings are written into a JSON reply. */
export type EncodingFormat = "float" | "base64";

/** All options of /embed. */
export interface WireOptions extends EmbedOptions {
  readonly encodingFormat: EncodingFormat;
}

/** Options whose defaults are the gateway's settings. */
export type OptionDefaults = Pick<WireOptions, "decode">;

const boolean = z.union([
  z.boolean(),
  z.enum(["true", "false"]).transform((text) => text === "true"),
]);

const schema = z.strictObject({
  encoding_format: z.enum(["float", "base64"]).default("float"),
  normalize: boolean.default(true),
  orient: z.enum(["none", "exif"]).default("none"),
  decode: z.enum(["exact", "fast"]).default("exact"),
  on_error: z.enum(["fail", "item"]).default("fail"),
});

const ALLOWED: Record<string, string> = {
  encoding_format: "float or base64",
  normalize: "true or false",
  orient: "none or exif",
  decode: "exact or fast",
  on_error: "fail or item",
};

/**
 * Reads options; those left out have their defaults.
 *
 * @throws {GatewayError} `invalid_option` for an unknown option or value.
 */
export function parseOptions(fields: Readonly<Record<string, unknown>>): WireOptions {
  const result = schema.safeParse(fields);
  if (!result.success) {
    const name = String(result.error.issues[0]?.path[0] ?? "");
    const allowed = ALLOWED[name];
    throw new GatewayError(
      "invalid_option",
      allowed === undefined
        ? `Cannot embed as options must be among ${Object.keys(ALLOWED).join(", ")}`
        : `Cannot embed as option ${name} must be ${allowed}`,
    );
  }
  const { encoding_format, on_error, ...options } = result.data;
  return { ...options, encodingFormat: encoding_format, onError: on_error };
}
