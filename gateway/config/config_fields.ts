/** Every setting of the gateway with its bounds, default and reason; the reference is made from it. */
import { IMAGE_FIELDS } from "./image_fields.ts";
import { IMMICH_FIELDS } from "./immich_fields.ts";
import { MODEL_FIELDS } from "./model_fields.ts";
import { PROCESS_FIELDS } from "./process_fields.ts";
import { REQUEST_FIELDS } from "./request_fields.ts";
import { TEXT_FIELDS } from "./text_fields.ts";
import { URL_FIELDS } from "./url_fields.ts";

/** All settings, by the name their value has in `Config`, grouped by the part that they are for. */
export const FIELDS = {
  ...PROCESS_FIELDS,
  ...REQUEST_FIELDS,
  ...IMAGE_FIELDS,
  ...TEXT_FIELDS,
  ...URL_FIELDS,
  ...MODEL_FIELDS,
  ...IMMICH_FIELDS,
} as const;

type Fields = typeof FIELDS;

/** The effective configuration; one property a setting. */
export type Config = { readonly [Key in keyof Fields]: ReturnType<Fields[Key]["parse"]> };
