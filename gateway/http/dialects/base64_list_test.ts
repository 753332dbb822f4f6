import assert from "node:assert/strict";
import { assertSchemaAgrees } from "../../../testing/dialects/schema_agreement.ts";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import type { EmbedRequest } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import type { BodyKind } from "../codec/body_kind.ts";
import { base64List } from "./base64_list.ts";

const LIMITS = { imagesMax: 3, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
const MODEL = { model: "fake", dim: 2 };
const ROWS = [Float32Array.of(0.375, -1), Float32Array.of(2, 1e-30)];

function decode(
  value: unknown,
  kind: BodyKind = "json",
  query: Record<string, string> = {},
): EmbedRequest {
  const defaults = { orient: "none", decode: "fast" } as const;
  return base64List.decode(encodedRequest(value, { kind, query, defaults }), LIMITS);
}

const write = base64List.reply(decode({ images: ["AQ=="] }), new Headers());

Deno.test("base64List.decode() reads a list, with the gateway's options and none of its own", () => {
  const { inputs, isSingle, options } = decode({ images: ["AQ==", "data:image/png;base64,Ag=="] });
  assert.deepEqual(inputs, [Uint8Array.of(1), Uint8Array.of(2)]);
  assert.equal(isSingle, false);
  assert.deepEqual(options, parseOptions({ decode: "fast" }));
});

for (
  const [value, kind, code] of [
    [{ images: ["AQ=="] }, "image", "unsupported_media_type"],
    [{ images: ["AQ=="], normalize: false }, "json", "invalid_option"],
    [{ image: "AQ==" }, "json", "invalid_option"],
    [{}, "json", "invalid_body"],
    [{ images: ["AQ==", "AQ==", "AQ==", "AQ=="] }, "json", "too_many_images"],
    [{ images: ["A*=="] }, "json", "invalid_base64"],
  ] as const
) {
  Deno.test(`base64List.decode() answers ${code} for ${kind} ${JSON.stringify(value)}`, () => {
    assert.equal(thrownBy(() => decode(value, kind)).code, code);
  });
}

Deno.test("base64List.decode() refuses options of the query as it does those of the body", () => {
  for (const name of ["orient", "normalize", "bogus", ""]) {
    const error = thrownBy(() => decode({ images: ["AQ=="] }, "json", { [name]: "exif" }));
    assert.equal(error.code, "invalid_option", name);
    assert.match(error.message, /takes images and no options, for which there is \/embed$/);
  }
});

Deno.test("base64List.decode() reads which model shall answer, from body or query", () => {
  assert.equal(decode({ images: ["AQ=="] }).model, undefined);
  assert.equal(decode({ images: ["AQ=="], model: "a" }, "json", { model: "b" }).model, "a");
  assert.equal(decode({ images: ["AQ=="] }, "json", { model: "b" }).model, "b");
});

Deno.test("base64List.decode() refuses a query's wrong name of a model beside a right one", () => {
  const error = thrownBy(() => decode({ images: ["AQ=="], model: "a" }, "json", { model: "" }));
  assert.equal(error.code, "invalid_option");
});

Deno.test("base64List.decode() takes fields that are null for not set", () => {
  const { inputs } = decode({ images: ["AQ=="], image: null, normalize: null, user: null });
  assert.deepEqual(inputs, [Uint8Array.of(1)]);
});

Deno.test("base64List.reply() writes nothing but rows of floats", async () => {
  const response = write(ROWS, MODEL);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.deepEqual(await response.json(), { embeddings: ROWS.map((row) => [...row]) });
});

Deno.test("base64List.reply() throws an error where there is no embedding", () => {
  const error = new GatewayError("invalid_image", "Cannot decode image");
  assert.equal(thrownBy(() => write([error], MODEL)), error);
});

Deno.test("POST /embed/base64 has a schema that takes what decode() takes, and nothing else", () => {
  assertSchemaAgrees(base64List, { main: ["images"], others: ["model", "other"] });
});
