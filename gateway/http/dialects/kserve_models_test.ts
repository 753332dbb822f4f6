import assert from "node:assert/strict";
import { TEST_INFO } from "../../../testing/app_harness.ts";
import { rejectedBy } from "../../../testing/thrown.ts";
import type { GetRequest, ListedModel } from "./dialect.ts";
import * as kserve from "./kserve_models.ts";

const [DCT] = TEST_INFO.models;
const IMAGE = { ...DCT, version: "3", aliases: ["vit"], ready: true } as ListedModel;
const TEXT: ListedModel = {
  ...IMAGE,
  ...{ name: "words:2", version: "2", aliases: [], modality: "text", ready: false },
  input: { name: "text", datatype: "INT32", shape: [77] },
};
const OTHER: ListedModel = {
  ...IMAGE,
  aliases: [],
  name: "words:1",
  version: "1",
  is_default: false,
  dim: 7,
};

function request(
  params: Record<string, string> = {},
  models: readonly ListedModel[] = [IMAGE, TEXT, OTHER],
): GetRequest {
  return {
    ...{ params, contentType: "", body: () => Promise.resolve(new Uint8Array()) },
    server: { name: "gateway", version: "1.2.3" },
    models: async () => await models,
  };
}

async function metadata(params: Record<string, string>, models?: readonly ListedModel[]) {
  return await (await kserve.modelMetadata(request(params, models))).json();
}

Deno.test("modelMetadata() tells of encoded inputs, of any number", async () => {
  assert.deepEqual(await metadata({ model: "dct_512" }), {
    name: "dct_512",
    versions: ["3"],
    platform: "gateway",
    inputs: [{ name: "image", datatype: "BYTES", shape: [-1] }],
    outputs: [{ name: "embedding", datatype: "FP32", shape: [-1, 512] }],
  });
});

Deno.test("modelMetadata() tells of tensors as Triton does where clients may send them", async () => {
  const tensors = { ...IMAGE, tensor_input: true, output: { ...IMAGE.output, name: "features" } };
  assert.deepEqual(await metadata({ model: "vit" }, [tensors]), {
    name: "dct_512",
    versions: ["3"],
    platform: "onnxruntime_onnx",
    inputs: [{ name: "image", datatype: "FP32", shape: [-1, 3, 224, 224] }],
    outputs: [{ name: "features", datatype: "FP32", shape: [-1, 512] }],
  });
  const virtual = await metadata({ model: "embed" }, [tensors]);
  assert.equal(virtual.inputs[0].datatype, "BYTES");
});

Deno.test("modelMetadata() finds a model by name, version and alias, and the one that stands for all", async () => {
  const name = async (model: string, version?: string) => {
    const found = await metadata({ model, ...version !== undefined && { version } });
    return [found.name, ...found.versions].join();
  };
  assert.equal(await name("vit"), "dct_512,3");
  assert.equal(await name("dct_512", "3"), "dct_512,3");
  assert.equal(await name("words"), "words,2");
  assert.equal(await name("words", "1"), "words,1");
  assert.equal(await name("words:1"), "words,1");
  assert.equal(await name("embed"), "embed,1");
  assert.equal(await name("embed", "1"), "embed,1");
  for (
    const params of [
      { model: "nope" },
      { model: "dct_512", version: "4" },
      { model: "words", version: "3" },
      { model: "embed", version: "2" },
      {},
    ]
  ) {
    const { code, message } = await rejectedBy(metadata(params as Record<string, string>));
    assert.equal(code, "model_not_found");
    assert.match(message, /: there are embed, dct_512, vit, words:2, words:1$/);
  }
});

Deno.test("modelMetadata() has every default model's input in embed, and their length if it is one", async () => {
  const { inputs, outputs } = await metadata({ model: "embed" });
  assert.deepEqual(inputs.map(({ name }: { name: string }) => name), ["image", "text"]);
  assert.deepEqual(outputs[0].shape, [-1, 512]);
  const uneven = await metadata({ model: "embed" }, [IMAGE, { ...TEXT, dim: 7 }]);
  assert.deepEqual(uneven.outputs[0].shape, [-1, -1]);
});

Deno.test("modelMetadata() says no version that a server chooses", async () => {
  const { versions } = await metadata({ model: "vit" }, [{ ...IMAGE, version: undefined }]);
  assert.deepEqual(versions, []);
});

Deno.test("modelConfig() has what clients look at: datatypes, shapes, and how many at once", async () => {
  const config = async (model: ListedModel) =>
    await (await kserve.modelConfig(request({ model: "vit" }, [model]))).json();
  assert.deepEqual(await config({ ...IMAGE, tensor_input: true }), {
    name: "dct_512",
    platform: "onnxruntime_onnx",
    backend: "onnxruntime",
    max_batch_size: 32,
    input: [{ name: "image", data_type: "TYPE_FP32", dims: [3, 224, 224] }],
    output: [{ name: "embedding", data_type: "TYPE_FP32", dims: [512] }],
  });
  const encoded = await config(IMAGE);
  assert.deepEqual([encoded.max_batch_size, encoded.input, encoded.output], [
    0,
    [{ name: "image", data_type: "TYPE_STRING", dims: [-1] }],
    [{ name: "embedding", data_type: "TYPE_FP32", dims: [-1, 512] }],
  ]);
});

Deno.test("modelReady() and serverReady() say nothing but their status", async () => {
  const ready = await kserve.modelReady(request({ model: "vit" }));
  assert.deepEqual([ready.status, await ready.text()], [200, ""]);
  const error = await rejectedBy(kserve.modelReady(request({ model: "words" })));
  assert.equal(error.code, "upstream_unavailable");
  assert.equal((await kserve.serverReady(request())).status, 200);
  const none = await rejectedBy(kserve.serverReady(request({}, [TEXT])));
  assert.equal(none.code, "upstream_unavailable");
});

Deno.test("repositoryIndex() lists all models with their states", async () => {
  assert.deepEqual(await (await kserve.repositoryIndex(request())).json(), [
    { name: "dct_512", version: "3", state: "READY" },
    { name: "words", version: "2", state: "UNAVAILABLE" },
    { name: "words", version: "1", state: "READY" },
    { name: "embed", version: "1", state: "READY" },
  ]);
});

Deno.test("serverMetadata() claims those extensions alone that hold here", async () => {
  assert.deepEqual(await kserve.serverMetadata(request()).json(), {
    name: "gateway",
    version: "1.2.3",
    extensions: ["binary_tensor_data", "model_configuration", "model_repository", "parameters"],
  });
});
