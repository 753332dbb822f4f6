import assert from "node:assert/strict";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { parseOptions } from "../../contract/options.ts";
import type { EncodedRequest } from "./dialect.ts";
import { immich } from "./immich.ts";

const LIMITS = { imagesMax: 3, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
const MODEL = "ViT-B-32__laion2b-s34b-b79k";
const PHOTO = Uint8Array.of(1, 2, 3);
const VISUAL = { clip: { visual: { modelName: MODEL } } };
const TEXTUAL = { clip: { textual: { modelName: MODEL, options: { language: "de" } } } };
const FACES = {
  "facial-recognition": {
    detection: { modelName: "buffalo_l", options: { minScore: 0.7 } },
    recognition: { modelName: "buffalo_l" },
  },
};
const OCR = {
  ocr: {
    detection: { modelName: "PP-OCRv5_mobile", options: { minScore: 0.5, maxResolution: 736 } },
    recognition: { modelName: "PP-OCRv5_mobile", options: { minScore: 0.8 } },
  },
};

type Fields = readonly (readonly [name: string, value: string | Uint8Array<ArrayBuffer>])[];

/** A form as Immich's server makes it: a photo is a blob without a name. */
async function formOf(...fields: Fields): Promise<EncodedRequest> {
  const form = new FormData();
  for (const [name, value] of fields) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, new Blob([value]));
  }
  const encoded = new Response(form);
  const contentType = encoded.headers.get("content-type") ?? "";
  return encodedRequest(await encoded.bytes(), { kind: "multipart", contentType });
}

const entries = (value: unknown) => ["entries", JSON.stringify(value)] as const;
const decode = async (...fields: Fields) => immich.decode(await formOf(...fields), LIMITS);
const isForUpstream = async (...fields: Fields) => immich.isForUpstream?.(await formOf(...fields));

Deno.test("immich.decode() reads an image, and the model that shall answer", async () => {
  const request = await decode(entries(VISUAL), ["image", PHOTO]);
  assert.deepEqual(request, {
    inputs: [PHOTO],
    modality: "image",
    model: MODEL,
    isSingle: true,
    options: parseOptions({}),
  });
});

Deno.test("immich.decode() reads a text, whose language means nothing to CLIP", async () => {
  const { inputs, modality, model } = await decode(entries(TEXTUAL), ["text", "ein Hund"]);
  assert.deepEqual([inputs, modality, model], [["ein Hund"], "text", MODEL]);
});

const IMAGE = ["image", PHOTO] as const;
const TEXT = ["text", "a dog"] as const;
for (
  const [what, fields, code] of [
    ["no entries", [IMAGE], "invalid_body"],
    ["entries that are no JSON", [["entries", "clip"], IMAGE], "invalid_json"],
    ["entries that are a list", [entries([]), IMAGE], "invalid_body"],
    ["empty entries", [entries({}), IMAGE], "invalid_body"],
    ["a task that is a text", [entries({ clip: "visual" }), IMAGE], "invalid_body"],
    ["no model", [entries({ clip: { visual: {} } }), IMAGE], "invalid_body"],
    ["an empty name", [entries({ clip: { visual: { modelName: "" } } }), IMAGE], "invalid_option"],
    [
      "a type of no task",
      [entries({ clip: { toString: { modelName: "a" } } }), IMAGE],
      "invalid_body",
    ],
    ["two types", [entries({ clip: { ...VISUAL.clip, ...TEXTUAL.clip } }), IMAGE], "invalid_body"],
    ["a task beside", [entries({ ...VISUAL, ...FACES }), IMAGE], "invalid_body"],
    ["faces", [entries(FACES), IMAGE], "modality_not_supported"],
    ["texts in photos", [entries(OCR), IMAGE], "modality_not_supported"],
    ["a text for an image", [entries(VISUAL), TEXT], "invalid_body"],
    ["an image for a text", [entries(TEXTUAL), IMAGE], "invalid_body"],
    ["both", [entries(VISUAL), IMAGE, TEXT], "invalid_body"],
    ["neither", [entries(VISUAL)], "invalid_body"],
    ["two images", [entries(VISUAL), IMAGE, IMAGE], "invalid_body"],
    ["base64 for a file", [entries(VISUAL), ["image", "AQID"]], "invalid_body"],
    ["a long text", [entries(TEXTUAL), ["text", "a".repeat(21)]], "text_too_long"],
  ] as const
) {
  Deno.test(`immich.decode() refuses ${what} with ${code}`, async () => {
    const request = await formOf(...fields);
    assert.equal(thrownBy(() => immich.decode(request, LIMITS)).code, code);
  });
}

Deno.test("immich.decode() says in no message what it was sent", async () => {
  const request = await formOf(entries({ secret: { visual: { modelName: "x" } } }), IMAGE);
  assert.doesNotMatch(thrownBy(() => immich.decode(request, LIMITS)).message, /secret/);
});

Deno.test("immich.isForUpstream() tells what is no embedding, in whatever order a form has it", async () => {
  for (const task of [FACES, OCR, { later: {} }]) {
    assert.equal(await isForUpstream(entries(task), IMAGE), true);
    assert.equal(await isForUpstream(IMAGE, entries(task)), true);
  }
  for (const task of [VISUAL, TEXTUAL, { ...VISUAL, ...FACES }, {}, [], "clip"]) {
    assert.equal(await isForUpstream(entries(task), IMAGE), false);
  }
  assert.equal(await isForUpstream(IMAGE), false);
  const odd = encodedRequest({}, { kind: "multipart", contentType: "multipart/form-data" });
  assert.equal(immich.isForUpstream?.(odd), false);
});

Deno.test("immich.reply() writes an embedding as JSON in a string, as float32 to the bit", async () => {
  const values = Float32Array.of(0.1, -1e-30, 1 / 3);
  const write = immich.reply(await decode(entries(TEXTUAL), TEXT), new Headers());
  const body = await write([values], { model: "m", dim: 3 }).json();
  assert.deepEqual(Object.keys(body), ["clip"]);
  assert.deepEqual(Float32Array.from(JSON.parse(body.clip)), values);
});

Deno.test("immich.reply() leaves sizes out where there are none", async () => {
  const write = immich.reply(await decode(entries(VISUAL), IMAGE), new Headers());
  const body = await write([Float32Array.of(1)], { model: "m", dim: 1 }).json();
  assert.deepEqual(body, { clip: "[1]" });
});
