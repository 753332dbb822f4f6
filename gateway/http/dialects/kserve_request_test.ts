import assert from "node:assert/strict";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import fc from "../../../testing/fast_check.ts";
import {
  binaryInput,
  bytesTensor,
  type KserveBody,
  kserveBody,
} from "../../../testing/kserve_bodies.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import type { EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import type { EncodedRequest } from "./dialect.ts";
import { decodeKserve } from "./kserve_request.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
const TENSORS = { ...LIMITS, takesTensors: true };
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 1);
const TEXT = { name: "text", datatype: "BYTES", shape: [1], data: ["a cat"] };

function decodeBody(
  { body, headers }: KserveBody,
  rest: Partial<EncodedRequest> = {},
  limits: EmbedRequestLimits = LIMITS,
): EmbedRequest {
  return decodeKserve(encodedRequest(body, { headers, params: { model: "m" }, ...rest }), limits);
}

const decode = (head: unknown, rest: Partial<EncodedRequest> = {}) =>
  decodeBody({ headers: {}, body: kserveBody(head).body }, rest);

Deno.test("decodeKserve() reads images behind the JSON, each with bytes of its own", () => {
  const tail = bytesTensor(JPEG, Uint8Array.of(2));
  const input = binaryInput("image", { shape: [2], size: tail.length });
  const request = decodeBody(kserveBody({ id: "7", inputs: [input] }, tail));
  assert.deepEqual([request.inputs, request.modality, request.model, request.isSingle], [
    [JPEG, Uint8Array.of(2)],
    "image",
    "m",
    false,
  ]);
  const buffers = request.inputs.map((bytes) => (bytes as Uint8Array).buffer);
  assert.deepEqual(buffers.map(({ byteLength }) => byteLength), [4, 1]);
  assert.deepEqual(request.tensorReply, { id: "7", isBinary: false });
});

Deno.test("decodeKserve() reads texts behind the JSON, and either in it", () => {
  const tail = bytesTensor("a cat", "ein Kätzchen");
  const input = binaryInput("text", { shape: [2, 1], size: tail.length });
  assert.deepEqual(decodeBody(kserveBody({ inputs: [input] }, tail)).inputs, [
    "a cat",
    "ein Kätzchen",
  ]);
  assert.deepEqual(decode({ inputs: [TEXT] }).inputs, ["a cat"]);
  const image = { name: "image", datatype: "BYTES", shape: [2, 1] };
  for (const data of [["AQ==", "data:image/png;base64,Ag=="], [["AQ"], ["Ag"]]]) {
    const { inputs } = decode({ inputs: [{ ...image, data }] });
    assert.deepEqual(inputs, [Uint8Array.of(1), Uint8Array.of(2)]);
  }
});

Deno.test("decodeKserve() takes all of a body as one input where there is no JSON", () => {
  const headers = { "inference-header-content-length": "0" };
  const image = decodeBody({ headers, body: JPEG });
  assert.deepEqual([image.inputs, image.modality], [[JPEG], "image"]);
  assert.deepEqual(image.tensorReply, { isBinary: true });
  const text = decodeBody({ headers, body: new TextEncoder().encode("a cat") });
  assert.deepEqual([text.inputs, text.modality], [["a cat"], "text"]);
  // No words either, which the encoder of images says.
  assert.equal(decodeBody({ headers, body: Uint8Array.of(0xff, 1) }).modality, "image");
});

Deno.test("decodeKserve() names the path's model and version; embed is whichever answers", () => {
  const model = (params: Record<string, string>) => decode({ inputs: [TEXT] }, { params }).model;
  assert.equal(model({ model: "m" }), "m");
  assert.equal(model({ model: "m", version: "2" }), "m:2");
  assert.equal(model({ model: "embed" }), undefined);
  assert.equal(model({ model: "embed", version: "1" }), undefined);
  assert.equal(model({ model: "embed", version: "2" }), "embed:2");
});

Deno.test("decodeKserve() takes options from parameters, and ignores what is other servers'", () => {
  const parameters = {
    ...{ normalize: false, orient: "exif", decode: null },
    ...{ sequence_id: 3, priority: 1, timeout: 5, custom: "x" },
  };
  const { options } = decode({ inputs: [TEXT], parameters }, {
    defaults: { orient: "none", decode: "fast" },
  });
  assert.deepEqual([options.normalize, options.orient, options.decode], [false, "exif", "fast"]);
  assert.equal(decode({ inputs: [TEXT], parameters: null }).options.normalize, true);
});

for (
  const [outputs, parameters, expected] of [
    [undefined, undefined, { isBinary: false }],
    [[], { binary_data_output: true }, { isBinary: true }],
    [[{ name: "embedding" }], { binary_data_output: true }, {
      output: "embedding",
      isBinary: true,
    }],
    [[{ name: "embedding", parameters: { binary_data: true } }], undefined, {
      output: "embedding",
      isBinary: true,
    }],
    [
      [{ name: "embedding", parameters: { binary_data: false } }],
      { binary_data_output: true },
      { output: "embedding", isBinary: false },
    ],
  ] as const
) {
  const asked = JSON.stringify({ outputs, parameters });
  Deno.test(`decodeKserve() replies as Triton does for ${asked}`, () => {
    assert.deepEqual(decode({ inputs: [TEXT], outputs, parameters }).tensorReply, expected);
  });
}

const shared = { shared_memory_region: "a" };
for (
  const [head, code, message] of [
    [{}, "invalid_body", /inputs must be an array$/],
    [{ inputs: [] }, "invalid_body", /must have one input, .*: it has 0$/],
    [{ inputs: [TEXT, { ...TEXT, name: "image" }] }, "invalid_body", /: it has 2$/],
    [{ inputs: [TEXT, TEXT] }, "invalid_body", /no two inputs may have one name$/],
    [{ inputs: [{ ...TEXT, name: "words" }] }, "invalid_body", /must be image or text$/],
    [{ inputs: [{ ...TEXT, shape: [1, -1] }] }, "invalid_body", /inputs\.0\.shape\.1 has a value/],
    [{ inputs: [{ ...TEXT, shape: "[1]" }] }, "invalid_body", /inputs\.0\.shape must be an array$/],
    [
      { inputs: [{ ...TEXT, shape: [] }] },
      "invalid_body",
      /inputs\.0\.shape must be a list of at least 1$/,
    ],
    [{ inputs: [{ ...TEXT, shape: [2, 2] }] }, "invalid_body", /must be \[n\], or with ones/],
    [{ inputs: [{ ...TEXT, shape: [2] }] }, "invalid_body", /data must be 2 strings/],
    [{ inputs: [{ ...TEXT, shape: [0], data: [] }] }, "invalid_body", /holds no text$/],
    [{ inputs: [{ ...TEXT, shape: [4] }] }, "too_many_texts", /≤ 3: current value is 4$/],
    [{ inputs: [{ ...TEXT, name: "image", shape: [3] }] }, "too_many_images", /value is 3$/],
    [{ inputs: [{ ...TEXT, data: [1] }] }, "invalid_body", /data must be 1 strings/],
    [{ inputs: [{ ...TEXT, data: [{ a: 1 }] }] }, "invalid_body", /data must be 1 strings/],
    [{ inputs: [{ ...TEXT, data: "a cat" }] }, "invalid_body", /data must be an array$/],
    [{ inputs: [{ ...TEXT, data: null }] }, "invalid_body", /must have either data or binary/],
    [{ inputs: [{ ...TEXT, parameters: { binary_data_size: 0 } }] }, "invalid_body", /either data/],
    [{ inputs: [{ ...TEXT, name: "image", data: ["a*"] }] }, "invalid_base64", /must be base64/],
    [{ inputs: [{ ...TEXT, data: ["\ud800"] }] }, "invalid_text", /^Cannot embed text/],
    [{ inputs: [{ ...TEXT, data: ["x".repeat(21)] }] }, "text_too_long", /≤ 20/],
    [
      { inputs: [{ ...TEXT, shape: [2], data: ["a", "\ud800"] }] },
      "invalid_text",
      /^Element 1: Cannot embed text/,
    ],
    [{ inputs: [{ ...TEXT, parameters: shared }] }, "invalid_option", /shared_memory_region/],
    [{ inputs: [TEXT], outputs: [{ name: "x" }] }, "invalid_body", /only output is embedding$/],
    [
      { inputs: [TEXT], outputs: [{ name: "embedding", parameters: { classification: 2 } }] },
      "invalid_option",
      /classification: embeddings are no classes$/,
    ],
    [
      { inputs: [TEXT], outputs: [{ name: "embedding", parameters: shared }] },
      "invalid_option",
      /shared_memory_region/,
    ],
    [{ inputs: [TEXT], parameters: { normalize: "no" } }, "invalid_option", /normalize must be/],
    [{ inputs: [TEXT], id: "x".repeat(257) }, "invalid_body", /id has a value/],
    [{ inputs: [{ ...TEXT, datatype: "FP32" }] }, "invalid_option", /GATEWAY_TENSOR_INPUT is on$/],
    [{ inputs: [{ ...TEXT, data: [[[[[["a"]]]]]] }] }, "invalid_json", /≤ 8 deep/],
  ] as const
) {
  Deno.test(`decodeKserve() answers ${code} for ${JSON.stringify(head).slice(0, 120)}`, () => {
    const error = thrownBy(() => decode(head));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

for (const size of [10, 8, 0, -9, 9.5, "9", 1e300]) {
  Deno.test(`decodeKserve() refuses a binary_data_size of ${JSON.stringify(size)} for 9 bytes`, () => {
    const input = binaryInput("text", { shape: [1], size: size as number });
    const body = kserveBody({ inputs: [input] }, bytesTensor("a cat"));
    const { code, message } = thrownBy(() => decodeBody(body));
    assert.equal(code, "invalid_body");
    assert.match(message, /binary_data_size must be the bytes behind the JSON, which are 9$/);
  });
}

Deno.test("decodeKserve() refuses bytes that no input has", () => {
  const error = thrownBy(() => decodeBody(kserveBody({ inputs: [TEXT] }, Uint8Array.of(1, 2))));
  assert.match(error.message, /nothing may be behind the JSON where an input has data: 2 bytes/);
});

Deno.test("decodeKserve() takes no tensor for the model that stands for all", () => {
  const input = { name: "image", datatype: "UINT8", shape: [1, 2], data: [1, 2] };
  const body = kserveBody({ inputs: [input] });
  assert.equal(decodeBody(body, {}, TENSORS).tensor?.datatype, "UINT8");
  const error = thrownBy(() => decodeBody(body, { params: { model: "embed" } }, TENSORS));
  assert.deepEqual([error.code, /embed takes BYTES/.test(error.message)], ["invalid_option", true]);
});

Deno.test("decodeKserve() leaves a tensor's embeddings, and its output's name, as the model has them", () => {
  const input = { name: "image", datatype: "UINT8", shape: [1, 2], data: [1, 2] };
  const named = (...names: string[]) => ({
    inputs: [input],
    outputs: names.map((name) => ({ name })),
  });
  const { options, tensorReply } = decodeBody(kserveBody(named("features")), {}, TENSORS);
  assert.deepEqual([options.normalize, tensorReply?.output], [false, "features"]);
  const error = thrownBy(() => decodeBody(kserveBody(named("a", "b")), {}, TENSORS));
  assert.match(error.message, /only output is the model's$/);
  const asked = { inputs: [input], parameters: { normalize: true } };
  assert.equal(decodeBody(kserveBody(asked), {}, TENSORS).options.normalize, true);
});

Deno.test("decodeKserve() reads or refuses whatever it is sent, and fails at nothing", () => {
  const some = <T>(value: T) => fc.oneof(fc.constant(value), fc.jsonValue());
  const input = fc.record({
    name: some("image"),
    datatype: some("BYTES"),
    shape: some([1]),
    parameters: some({ binary_data_size: 5 }),
    data: some(undefined),
  }, { requiredKeys: [] });
  const head = fc.record({
    id: fc.jsonValue(),
    parameters: fc.jsonValue(),
    inputs: fc.oneof(fc.array(input), fc.jsonValue()),
    outputs: fc.jsonValue(),
  }, { requiredKeys: [] });
  const tail = fc.oneof(fc.constant(bytesTensor("a")), fc.uint8Array({ maxLength: 40 }));
  const length = fc.option(fc.oneof(fc.string(), fc.integer().map(String)));
  fc.assert(
    fc.property(head, tail, length, (head, tail, length) => {
      const body = kserveBody(head, tail);
      const name = "inference-header-content-length";
      const headers = length === null ? body.headers : { [name]: length };
      try {
        decodeBody({ ...body, headers }, {}, TENSORS);
      } catch (thrown) {
        if (!(thrown instanceof GatewayError) || thrown.code === "internal") throw thrown;
      }
    }),
    { numRuns: 2000 },
  );
});
