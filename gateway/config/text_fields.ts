/** What texts may cost. */
import { integer } from "./config_field.ts";

/** By the name their value has in `Config`. */
export const TEXT_FIELDS = {
  requestTextsMax: integer("GATEWAY_REQUEST_TEXTS_MAX", {
    default: 128,
    unit: "texts",
    range: [1, 4096],
    doc: "Texts in one request; never more than GATEWAY_SLOTS",
  }),
  textCharactersMax: integer("GATEWAY_TEXT_CHARACTERS_MAX", {
    default: 5000,
    unit: "characters",
    range: [1, 1_000_000],
    doc:
      "Length of one text; what is behind a model's last token, some 350 characters for CLIP, has no influence, and the reply says so",
  }),
} as const;

/** Texts that one request may have, as there is no slot for more. */
export function textsMax(
  { requestTextsMax, slots }: { readonly requestTextsMax: number; readonly slots: number },
): number {
  return Math.min(requestTextsMax, slots);
}
