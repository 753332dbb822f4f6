import assert from "node:assert/strict";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { rejectedBy } from "../../../testing/thrown.ts";
import type { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import type { BodyKind } from "../codec/body_kind.ts";
import type { EncodedRequest } from "./dialect.ts";
import { native } from "./native.ts";

const LIMITS = { imagesMax: 3, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
const encoder = new TextEncoder();

async function parse(
  kind: BodyKind,
  body: Uint8Array<ArrayBuffer>,
  rest: Partial<Omit<EncodedRequest, "kind" | "body">> = {},
) {
  return await native.decode(encodedRequest(body, { kind, ...rest }), LIMITS);
}

const parseJson = (value: unknown, query: Record<string, string> = {}) =>
  parse("json", encoder.encode(JSON.stringify(value)), { query });

/** A multipart body as a browser would send it. */
async function parseForm(form: FormData, query: Record<string, string> = {}) {
  const encoded = new Response(form);
  const contentType = encoded.headers.get("content-type") ?? "";
  return await parse("multipart", new Uint8Array(await encoded.arrayBuffer()), {
    contentType,
    query,
  });
}

const file = (...bytes: number[]) => new File([new Uint8Array(bytes)], "photo.jpg");
const shown = (images: readonly unknown[]) =>
  images.map((image) => image instanceof Uint8Array ? [...image] : (image as GatewayError).code);

Deno.test("native.decode() takes a raw body for one image, its options from the query", async () => {
  const query = { normalize: "false", orient: "exif", encoding_format: "base64" };
  const request = await parse("image", Uint8Array.of(1, 2), { query });
  assert.deepEqual(shown(request.inputs), [[1, 2]]);
  assert.equal(request.isSingle, true);
  assert.deepEqual(request.options, parseOptions(query));
});

Deno.test("native.decode() takes the gateway's default where neither body nor query says", async () => {
  const defaults = { orient: "none", decode: "fast" } as const;
  const decodeOf = async (kind: BodyKind, text: string, query: Record<string, string>) =>
    (await parse(kind, encoder.encode(text), { query, defaults })).options.decode;
  assert.equal(await decodeOf("image", "x", {}), "fast");
  assert.equal(await decodeOf("image", "x", { decode: "exact" }), "exact");
  assert.equal(await decodeOf("json", '{"image":"AQ=="}', {}), "fast");
  assert.equal(await decodeOf("json", '{"image":"AQ=="}', { decode: "exact" }), "exact");
  const body = '{"image":"AQ==","decode":"fast"}';
  assert.equal(await decodeOf("json", body, { decode: "exact" }), "fast");
  const form = new FormData();
  form.append("image", file(1));
  assert.equal((await parseForm(form)).options.decode, "exact");
  form.append("decode", "fast");
  assert.equal((await parseForm(form)).options.decode, "fast");
});

Deno.test("native.decode() refuses an unknown option of the query", async () => {
  const failure = rejectedBy(parse("image", Uint8Array.of(1), { query: { size: "224" } }));
  assert.equal((await failure).code, "invalid_option");
});

Deno.test("native.decode() reads image from JSON, bare or as a data URI", async () => {
  for (const image of ["AQI=", "AQI", " AQ\r\nI= ", "data:image/jpeg;base64,AQI="]) {
    const request = await parseJson({ image });
    assert.deepEqual(shown(request.inputs), [[1, 2]]);
    assert.equal(request.isSingle, true);
  }
});

Deno.test("native.decode() reads images from JSON in order; a list of one is a list", async () => {
  const request = await parseJson({ images: ["AQI=", "Aw=="] });
  assert.deepEqual(shown(request.inputs), [[1, 2], [3]]);
  assert.equal(request.isSingle, false);
  assert.equal((await parseJson({ images: ["AQI="] })).isSingle, false);
});

Deno.test("native.decode() takes fields that are null for not set", async () => {
  const unset = { encoding_format: null, normalize: null, orient: null, decode: null };
  const one = { image: "AQ==", images: null, on_error: null, options: null, ...unset };
  const { options, isSingle } = await parseJson(one, { orient: "exif" });
  assert.deepEqual(options, parseOptions({ orient: "exif" }));
  assert.equal(isSingle, true);
  assert.equal((await parseJson({ image: null, images: ["AQ=="] })).isSingle, false);
});

Deno.test("native.decode() reads which model shall answer, from body, form or query", async () => {
  const query = { model: "b" };
  assert.equal((await parseJson({ image: "AQ==" })).model, undefined);
  assert.equal((await parseJson({ image: "AQ==", model: null })).model, undefined);
  assert.equal((await parseJson({ image: "AQ==", model: "a" }, query)).model, "a");
  assert.equal((await parseJson({ image: "AQ==" }, query)).model, "b");
  const form = new FormData();
  form.append("image", file(1));
  assert.equal((await parseForm(form, query)).model, "b");
  form.append("model", "a");
  assert.equal((await parseForm(form, query)).model, "a");
});

Deno.test("native.decode() lets JSON's own options win over the query's", async () => {
  const query = { normalize: "false", orient: "exif" };
  const { options } = await parseJson({ image: "AQ==", normalize: true }, query);
  assert.equal(options.normalize, true);
  assert.equal(options.orient, "exif");
});

for (
  const [value, code] of [
    [{}, "invalid_body"],
    [{ normalize: true }, "invalid_body"],
    [{ image: "AQ==", images: ["AQ=="] }, "invalid_body"],
    [{ image: 5 }, "invalid_body"],
    [{ image: null }, "invalid_body"],
    [{ image: ["AQ=="] }, "invalid_body"],
    [{ images: "AQ==" }, "invalid_body"],
    [{ images: null }, "invalid_body"],
    [{ images: {} }, "invalid_body"],
    [{ images: [] }, "invalid_body"],
    [{ images: ["AQ==", 5] }, "invalid_body"],
    [{ images: ["AQ==", null] }, "invalid_body"],
    [{ images: [["AQ=="]] }, "invalid_body"],
    [{ images: ["AQ==", "AQ==", "AQ==", "AQ=="] }, "too_many_images"],
    [{ image: "A*==" }, "invalid_base64"],
    [{ image: "data:image/jpeg,AQ==" }, "invalid_base64"],
    [{ image: "data:text/plain;base64,AQ==" }, "unsupported_media_type"],
    [{ image: "A".repeat(136) }, "body_too_large"],
    [{ image: "AQ==", input: "text" }, "invalid_option"],
    [{ image: "AQ==", normalize: 0 }, "invalid_option"],
  ] as const
) {
  Deno.test(`native.decode() answers ${code} for ${JSON.stringify(value).slice(0, 60)}`, async () => {
    assert.equal((await rejectedBy(Promise.resolve().then(() => parseJson(value)))).code, code);
  });
}

Deno.test("native.decode() keeps errors of single texts where asked item by item", async () => {
  const images = ["AQ==", "A*==", "data:text/plain;base64,AQ=="];
  const request = await parseJson({ images, on_error: "item" });
  assert.deepEqual(shown(request.inputs), [[1], "invalid_base64", "unsupported_media_type"]);
});

Deno.test("native.decode() passes on what is not the text's fault, even where asked item by item", async () => {
  const four = ["AQ==", "AQ==", "AQ==", "AQ=="];
  for (const [images, code] of [["AQ==", "invalid_body"], [four, "too_many_images"]] as const) {
    assert.equal((await rejectedBy(parseJson({ images, on_error: "item" }))).code, code);
  }
});

Deno.test("native.decode() reads one file of a form by itself, with its fields as options", async () => {
  const form = new FormData();
  form.append("image", file(0, 13, 10, 45, 255));
  form.append("normalize", "false");
  const request = await parseForm(form, { orient: "exif" });
  assert.deepEqual(shown(request.inputs), [[0, 13, 10, 45, 255]]);
  assert.equal(request.isSingle, true);
  assert.equal(request.options.normalize, false);
  assert.equal(request.options.orient, "exif");
});

Deno.test("native.decode() reads several files of a form in order", async () => {
  const form = new FormData();
  form.append("b", file(1));
  form.append("a", file(2));
  const request = await parseForm(form);
  assert.deepEqual(shown(request.inputs), [[1], [2]]);
  assert.equal(request.isSingle, false);
});

Deno.test("native.decode() takes a single file of the name images for a list, as clients spell it", async () => {
  for (const name of ["images", "images[]", "images[0]"]) {
    const form = new FormData();
    form.append(name, file(1));
    assert.equal((await parseForm(form)).isSingle, false, name);
  }
  const form = new FormData();
  form.append("images[a]", file(1));
  assert.equal((await parseForm(form)).isSingle, true);
});

Deno.test("native.decode() reads images of a form that are text, as it reads JSON's", async () => {
  const form = new FormData();
  form.append("image", "data:image/jpeg;base64,AQI=");
  const request = await parseForm(form);
  assert.deepEqual(shown(request.inputs), [[1, 2]]);
  assert.equal(request.isSingle, true);
  form.append("images", "A*==");
  form.append("images", file(3));
  assert.equal((await rejectedBy(parseForm(form))).code, "invalid_base64");
  form.append("on_error", "item");
  const { inputs, isSingle } = await parseForm(form);
  assert.deepEqual(shown(inputs), [[1, 2], "invalid_base64", [3]]);
  assert.equal(isSingle, false);
});

Deno.test("native.decode() refuses forms without a file, with too many, or with unknown fields", async () => {
  const form = new FormData();
  assert.equal((await rejectedBy(parseForm(form))).code, "invalid_body");
  form.append("picture", "AQ==");
  assert.equal((await rejectedBy(parseForm(form))).code, "invalid_body");
  form.append("file", file(1));
  assert.equal((await rejectedBy(parseForm(form))).code, "invalid_option");
  form.delete("picture");
  for (let index = 0; index < 3; index++) form.append("file", file(1));
  assert.equal((await rejectedBy(parseForm(form))).code, "too_many_images");
});

Deno.test("native.decode() reads photos that have no file name, and takes an input without a file for nothing", async () => {
  const contentType = "multipart/form-data; boundary=x";
  const part = (rest: string, content: string) =>
    `--x\r\nContent-Disposition: form-data; ${rest}\r\n\r\n${content}\r\n`;
  for (
    const photo of [
      part("name=image\r\nContent-Type: image/jpeg", "A"),
      part("name=image; filename*=UTF-8''a%20b.jpg", "A"),
      part("name=image; filename=a.jpg", "A") + part('name="images"; filename=""', ""),
    ]
  ) {
    const request = await parse("multipart", encoder.encode(`${photo}--x--`), { contentType });
    assert.deepEqual(shown(request.inputs), [[65]]);
    assert.equal(request.isSingle, true);
  }
});

Deno.test("native.decode() answers invalid_body for a form without its boundary", async () => {
  for (const contentType of ["multipart/form-data", "multipart/form-data; boundary=x"]) {
    const failure = rejectedBy(parse("multipart", encoder.encode("no form"), { contentType }));
    assert.equal((await failure).code, "invalid_body");
  }
});
