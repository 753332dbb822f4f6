/** Every form of a request for embeddings of texts. */
import { post } from "../requests.ts";
import {
  BAD_TEXT,
  type Entry,
  FLOAT32,
  form,
  json,
  type Named,
  route,
  toForms,
} from "./form_parts.ts";
import { MODELS, textKey } from "./known_inputs.ts";
import type { RequestForm } from "./request_form.ts";

/** A text by itself: what others are compared with. */
export function textForm(text: string): RequestForm {
  return {
    ...json({ text }),
    name: "{text}",
    shape: "embedding",
    rows: [textKey(text)],
    models: MODELS.text,
  };
}

/** Forms of one text, of a long one, and of both. */
export function textForms(texts: readonly [string, string], named: Named): RequestForm[] {
  const rows = texts.map(textKey);
  const common = { of: MODELS.text, named, models: MODELS.text };
  return [
    ...toForms(formsOfOne(texts[0], named), { ...common, rows: rows.slice(0, 1) }),
    ...toForms(formsOfOne(texts[1], named), { ...common, rows: rows.slice(1) })
      .map((form) => ({ ...form, name: `${form.name}, long` })),
    ...toForms(formsOfTwo(texts, named), { ...common, rows }),
  ];
}

function formsOfOne(text: string, named: Named): Entry[] {
  const query = new URLSearchParams(named).toString();
  const plain = (headers: Record<string, string>, option = "") => ({
    path: route("/embed", query, option),
    init: post("text/plain; charset=utf-8", text, headers),
  });
  const file = new File([text], "a.txt");
  return [
    ["{text}", json({ text, ...named }), "embedding"],
    ["{text}, model in query", json({ text }, query), "embedding"],
    ["{text} base64", json({ text, encoding_format: "base64", ...named }), "embedding"],
    ["{text} float32", json({ text, ...named }, "", FLOAT32), "float32"],
    ["{text} normalize=false", json({ text, normalize: false, ...named }), "embedding", {
      isRaw: true,
    }],
    ["{texts} of one", json({ texts: [text], ...named }), "embeddings"],
    ["text/plain", plain({}), "embedding"],
    ["text/plain base64", plain({}, "encoding_format=base64"), "embedding"],
    ["text/plain float32", plain(FLOAT32), "float32"],
    ["text/plain on_error=item", plain({}, "on_error=item"), "results"],
    ["form of a text", form([["text", text]], { ...named }), "embedding"],
    ["form of a text, model in query", form([["text", text]], {}, { query }), "embedding"],
    ["form of a text file", form([["text", file]], { ...named }), "embedding"],
  ];
}

function formsOfTwo(texts: readonly [string, string], named: Named): Entry[] {
  const [a, b] = texts;
  const bad = [a, BAD_TEXT.text, b];
  const inputs = texts.map((text) => ({ text }));
  return [
    ["{texts}", json({ texts, ...named }), "embeddings"],
    ["{texts} base64", json({ texts, encoding_format: "base64", ...named }), "embeddings"],
    ["{texts} float32", json({ texts, ...named }, "", FLOAT32), "float32"],
    ["{texts} on_error=item", json({ texts: bad, on_error: "item", ...named }), "results", {
      rows: [textKey(a), BAD_TEXT, textKey(b)],
    }],
    ["{inputs} of texts", json({ inputs, ...named }), "embeddings"],
    ["form of texts", form([["texts", a], ["texts", b]], { ...named }), "embeddings"],
  ];
}
