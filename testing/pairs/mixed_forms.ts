/** Every form of a request for embeddings of photos and texts, in one reply. */
import {
  BAD_IMAGE,
  BAD_TEXT,
  base64,
  type Entry,
  file,
  FLOAT32,
  form,
  json,
  type Named,
  toForms,
} from "./form_parts.ts";
import { MODELS, type Photo, photoKey, textKey } from "./known_inputs.ts";
import type { RequestForm } from "./request_form.ts";

/** What a reply says of its models. */
const BOTH = { image: MODELS.image, text: MODELS.text };

/** Photos, then texts. */
export function mixedForm(photos: readonly Photo[], texts: readonly string[]): RequestForm {
  const images = photos.map((photo) => ({ image: base64(photo) }));
  return {
    ...json({ inputs: [...images, ...texts.map((text) => ({ text }))] }),
    name: "{inputs} photos and texts",
    shape: "embeddings",
    rows: [...photos.map(({ name }) => photoKey(MODELS.image, name)), ...texts.map(textKey)],
    models: BOTH,
  };
}

/** Two photos between two texts. */
export function mixedForms(
  [a, b]: readonly [Photo, Photo],
  [text, other]: readonly [string, string],
  named: Named,
): RequestForm[] {
  const [one, two] = [base64(a), base64(b)];
  const query = new URLSearchParams(named).toString();
  const inputs = [{ text }, { image: one }, { image: two }, { text: other }];
  const keys = [a, b].map(({ name }) => photoKey(MODELS.image, name)) as [string, string];
  const bad = [{ image: BAD_IMAGE.base64 }, { text }, { text: BAD_TEXT.text }, { image: one }];
  const parts = [["text", text], ["image", file(a)], ["images", two], ["texts", other]] as const;
  const entries: Entry[] = [
    ["{inputs}", json({ inputs, ...named }), "embeddings"],
    ["{inputs}, model in query", json({ inputs }, query), "embeddings"],
    ["{inputs} base64", json({ inputs, encoding_format: "base64", ...named }), "embeddings"],
    ["{inputs} float32", json({ inputs, ...named }, "", FLOAT32), "float32"],
    ["{inputs} normalize=false", json({ inputs, normalize: false, ...named }), "embeddings", {
      isRaw: true,
    }],
    ["{inputs} on_error=item", json({ inputs: bad, on_error: "item", ...named }), "results", {
      rows: [BAD_IMAGE, textKey(text), BAD_TEXT, keys[0]],
    }],
    ["form of both", form(parts, { ...named }), "embeddings"],
    ["form of both float32", form(parts, { ...named }, { headers: FLOAT32 }), "float32"],
  ];
  const rows = [textKey(text), ...keys, textKey(other)];
  return toForms(entries, { of: "both towers", named, rows, models: BOTH });
}
