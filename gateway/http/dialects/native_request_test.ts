/** Words in the bodies of `POST /embed`; pictures are `native_test.ts`'s. */
import assert from "node:assert/strict";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import type { AskedInput } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import type { BodyKind } from "../codec/body_kind.ts";
import { decodeNative } from "./native_request.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
const encoder = new TextEncoder();

function decode(
  kind: BodyKind,
  body: Uint8Array<ArrayBuffer>,
  { contentType = "", query = {} }: {
    readonly contentType?: string;
    readonly query?: Record<string, string>;
  } = {},
) {
  const { inputs, modality, isSingle, model, options } = decodeNative(
    encodedRequest(body, { kind, contentType, query }),
    LIMITS,
  );
  return { inputs: inputs.map(shown), modality, isSingle, model, options };
}

const shown = (input: AskedInput) =>
  input instanceof GatewayError ? input.code : input instanceof Uint8Array ? [...input] : input;
const json = (value: unknown) => decode("json", encoder.encode(JSON.stringify(value)));
const file = (...bytes: number[]) => new File([new Uint8Array(bytes)], "photo.jpg");

type Field = readonly [name: string, value: string | File];

async function form(...fields: readonly Field[]) {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  const encoded = new Response(data);
  const contentType = encoded.headers.get("content-type") ?? "";
  return decode("multipart", await encoded.bytes(), { contentType });
}

async function formRefusal(...fields: readonly Field[]) {
  const result = await form(...fields).then(() => undefined, (thrown) => thrown);
  return result instanceof GatewayError ? `${result.code}: ${result.message}` : result;
}

Deno.test("decodeNative() reads one text of JSON by itself, and texts as a list", () => {
  const one = json({ text: "a cat", model: "words" });
  assert.deepEqual([one.inputs, one.modality, one.isSingle], [["a cat"], "text", true]);
  assert.equal(one.model, "words");
  const list = json({ texts: ["a cat"] });
  assert.deepEqual([list.inputs, list.modality, list.isSingle], [["a cat"], "text", false]);
  assert.deepEqual(
    json({ text: "a", normalize: false }).options,
    parseOptions({ normalize: false }),
  );
});

Deno.test("decodeNative() reads inputs of both kinds, one of them as a list, too", () => {
  const mixed = json({ inputs: [{ text: "a cat" }, { image: "AQI=" }] });
  assert.deepEqual(mixed.inputs, ["a cat", [1, 2]]);
  assert.deepEqual([mixed.modality, mixed.isSingle], [["text", "image"], false]);
  const one = json({ inputs: [{ image: "AQI=" }] });
  assert.deepEqual([one.modality, one.isSingle], ["image", false]);
});

for (
  const [value, code] of [
    [{ text: 5 }, "invalid_body"],
    [{ text: ["a"] }, "invalid_body"],
    [{ texts: "a" }, "invalid_body"],
    [{ texts: [] }, "invalid_body"],
    [{ inputs: [] }, "invalid_body"],
    [{ inputs: { text: "a" } }, "invalid_body"],
    [{ text: "a", texts: ["a"] }, "invalid_body"],
    [{ text: "a", image: "AQI=" }, "invalid_body"],
    [{ texts: ["a"], inputs: [{ text: "a" }] }, "invalid_body"],
    [{ texts: ["a", "a", "a", "a"] }, "too_many_texts"],
    [{ text: "a".repeat(21) }, "text_too_long"],
    [{ text: "\ud800" }, "invalid_text"],
    [{ text: "a", model: ["one", "two"] }, "invalid_option"],
    [{ text: "a", truncate: true }, "invalid_option"],
  ] as const
) {
  Deno.test(`decodeNative() answers ${code} for ${JSON.stringify(value).slice(0, 60)}`, () => {
    assert.equal(thrownBy(() => json(value)).code, code);
  });
}

Deno.test("decodeNative() keeps errors of texts where asked item by item", () => {
  const texts = ["a", "\ud800", "b".repeat(21)];
  const { inputs } = json({ texts, on_error: "item" });
  assert.deepEqual(inputs, ["a", "invalid_text", "text_too_long"]);
});

Deno.test("decodeNative() takes a raw body of text for one, its options from the query", () => {
  const query = { normalize: "false", model: "words" };
  const body = encoder.encode("a cät\n");
  const text = decode("text", body, { contentType: "text/plain", query });
  assert.deepEqual([text.inputs, text.modality, text.isSingle], [["a cät\n"], "text", true]);
  assert.deepEqual([text.options, text.model], [parseOptions({ normalize: "false" }), "words"]);
  const latin1 = { contentType: "text/plain; charset=ISO-8859-1" };
  assert.deepEqual(decode("text", Uint8Array.of(0xe4), latin1).inputs, ["ä"]);
});

Deno.test("decodeNative() refuses a raw body of text that is no UTF-8, or too long, or keeps that for its item", () => {
  const bytes = Uint8Array.of(0xff);
  assert.equal(thrownBy(() => decode("text", bytes)).code, "invalid_text");
  assert.equal(thrownBy(() => decode("text", new Uint8Array(81))).code, "text_too_long");
  assert.deepEqual(decode("text", bytes, { query: { on_error: "item" } }).inputs, ["invalid_text"]);
});

Deno.test("decodeNative() reads texts of a form, single or as lists are spelt", async () => {
  const one = await form(["text", "a cat"], ["normalize", "false"]);
  assert.deepEqual([one.inputs, one.modality, one.isSingle], [["a cat"], "text", true]);
  assert.equal(one.options.normalize, false);
  for (const name of ["texts", "texts[]", "texts[0]"]) {
    const list = await form([name, "a cat"]);
    assert.deepEqual([list.inputs, list.isSingle], [["a cat"], false], name);
  }
  const two = await form(["text", "b"], ["text", "a"]);
  assert.deepEqual([two.inputs, two.isSingle], [["b", "a"], false]);
  assert.deepEqual((await form(["text", ""])).inputs, [""]);
});

Deno.test("decodeNative() reads images and texts of a form in the order of their parts", async () => {
  const mixed = await form(["text", "a cat"], ["image", file(1, 2)], ["text", "a dog"]);
  assert.deepEqual(mixed.inputs, ["a cat", [1, 2], "a dog"]);
  assert.deepEqual([mixed.modality, mixed.isSingle], [["text", "image", "text"], false]);
});

Deno.test("decodeNative() takes a file of the name text for text, and a photo there for none", async () => {
  assert.deepEqual((await form(["text", new File(["a cat"], "a.txt")])).inputs, ["a cat"]);
  assert.match(await formRefusal(["text", file(0xff, 0xd8, 0xff)]), /^invalid_text: /);
});

Deno.test("decodeNative() says which text of a form is bad, or keeps its error", async () => {
  const fields = [["image", file(1)], ["text", file(0xff)]] as const;
  assert.match(
    await formRefusal(...fields),
    /^invalid_text: Input 1: Cannot embed text as its bytes /,
  );
  const { inputs } = await form(...fields, ["on_error", "item"]);
  assert.deepEqual(inputs, [[1], "invalid_text"]);
});

Deno.test("decodeNative() refuses forms of too many texts, of none of both, and of two models", async () => {
  const four = Array.from({ length: 4 }, () => ["texts", "a"] as const);
  const many = "too_many_texts: Cannot embed as texts of one request must be ≤ 3";
  assert.equal(await formRefusal(...four), many);
  const none = "invalid_body: Cannot embed: the body holds no image and no text";
  assert.equal(await formRefusal(["normalize", "true"]), none);
  const twice = [["text", "a"], ["model", "one"], ["model", "two"]] as const;
  assert.match(await formRefusal(...twice), /^invalid_option: .* model must not be given twice$/);
});

Deno.test("decodeNative() refuses what is wrong in the query, whatever the body says in its stead", async () => {
  const data = new FormData();
  for (const [name, value] of [["text", "a"], ["orient", "none"]] as const) {
    data.append(name, value);
  }
  const encoded = new Response(data);
  const contentType = encoded.headers.get("content-type") ?? "";
  const body = encoder.encode(JSON.stringify({ text: "a", orient: "none", model: "a" }));
  const query = { orient: "up" };
  const bytes = new Uint8Array(await encoded.arrayBuffer());
  for (
    const ask of [
      () => decode("json", body, { query }),
      () => decode("json", body, { query: { model: "" } }),
      () => decode("multipart", bytes, { contentType, query }),
    ]
  ) {
    assert.equal(thrownBy(ask).code, "invalid_option");
  }
});
