/** Every form of a request for embeddings of photos. */
import { post } from "../requests.ts";
import {
  BAD_IMAGE,
  base64,
  type Entry,
  file,
  FLOAT32,
  form,
  json,
  type Named,
  route,
  toForms,
} from "./form_parts.ts";
import { type Photo, photoKey } from "./known_inputs.ts";
import type { RequestForm } from "./request_form.ts";

/** A photo by itself: what others are compared with. */
export function photoForm(photo: Photo, model: string): RequestForm {
  return {
    ...json({ image: base64(photo), model }),
    name: `${model} {image}`,
    shape: "embedding",
    rows: [photoKey(model, photo.name)],
    models: model,
  };
}

/** Forms of one photo, and of two. */
export function photoForms(
  [a, b]: readonly [Photo, Photo],
  model: string,
  named: Named,
): RequestForm[] {
  const rows = [a, b].map(({ name }) => photoKey(model, name)) as [string, string];
  const common = { of: model, named, models: model };
  return [
    ...toForms(formsOfOne(a, named), { ...common, rows: [rows[0]] }),
    ...toForms(formsOfTwo([a, b], named, rows), { ...common, rows }),
  ];
}

function formsOfOne(photo: Photo, named: Named): Entry[] {
  const image = base64(photo);
  const query = new URLSearchParams(named).toString();
  const raw = (headers: Record<string, string>, option = "") => ({
    path: route("/embed", query, option),
    init: post("image/jpeg", photo.bytes, headers),
  });
  const parts = [["image", file(photo)]] as const;
  const uri = `data:image/jpeg;base64,${image}`;
  const list = { ...json({ images: [image] }), path: route("/embed/base64", query) };
  return [
    ["{image}", json({ image, ...named }), "embedding"],
    ["{image} as data URI", json({ image: uri, ...named }), "embedding"],
    ["{image}, model in query", json({ image }, query), "embedding"],
    ["{image} base64", json({ image, encoding_format: "base64", ...named }), "embedding"],
    ["{image} float32", json({ image, ...named }, "", FLOAT32), "float32"],
    ["{images} of one", json({ images: [image], ...named }), "embeddings"],
    ["JPEG", raw({}), "embedding"],
    ["JPEG base64", raw({}, "encoding_format=base64"), "embedding"],
    ["JPEG float32", raw(FLOAT32), "float32"],
    ["JPEG float32 normalize=false", raw(FLOAT32, "normalize=false"), "float32", { isRaw: true }],
    ["JPEG on_error=item", raw({}, "on_error=item"), "results"],
    ["form of a file", form(parts, { ...named }), "embedding"],
    ["form of a file, model in query", form(parts, {}, { query }), "embedding"],
    [
      "form of base64",
      form([["image", image]], { ...named, encoding_format: "base64" }),
      "embedding",
    ],
    ["/embed/base64, model in query", list, "embeddings", { models: undefined }],
  ];
}

function formsOfTwo(
  [a, b]: readonly [Photo, Photo],
  named: Named,
  [key, other]: readonly [string, string],
): Entry[] {
  const images = [base64(a), base64(b)];
  const [one, two] = images;
  const bad = [one, BAD_IMAGE.base64, two];
  const inputs = images.map((image) => ({ image }));
  const parts = [["images", file(a)], ["images", file(b)]] as const;
  const list = { ...json({ images, ...named }), path: "/embed/base64" };
  return [
    ["{images}", json({ images, ...named }), "embeddings"],
    ["{images} base64", json({ images, encoding_format: "base64", ...named }), "embeddings"],
    ["{images} float32", json({ images, ...named }, "", FLOAT32), "float32"],
    ["{images} normalize=false", json({ images, normalize: false, ...named }), "embeddings", {
      isRaw: true,
    }],
    ["{images} on_error=item", json({ images: bad, on_error: "item", ...named }), "results", {
      rows: [key, BAD_IMAGE, other],
    }],
    ["{inputs} of photos", json({ inputs, ...named }), "embeddings"],
    ["form of files", form(parts, { ...named }), "embeddings"],
    ["/embed/base64", list, "embeddings", { models: undefined }],
  ];
}
