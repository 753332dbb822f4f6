import assert from "node:assert/strict";
import {
  elementCount,
  type ImageManifest,
  itemByteLength,
  type ModelManifest,
  parseManifest,
} from "./manifest.ts";

type Change = (manifest: ImageManifest) => Record<string, unknown>;

function readAny(model: string): ModelManifest {
  return parseManifest(Deno.readTextFileSync(`model_repository/${model}/manifest.json`));
}

function read(model: string): ImageManifest {
  const manifest = readAny(model);
  assert.ok(manifest.modality === "image");
  return manifest;
}

/** The text of dct_512's manifest with some fields replaced. */
function changed(change: Change, model = "dct_512"): string {
  const manifest = read(model);
  return JSON.stringify({ ...manifest, ...change(manifest) });
}

/** How the input is made. */
function made(manifest: ModelManifest) {
  return manifest.modality === "text" ? manifest.tokenizer : manifest.preprocess;
}

/** The text of openclip_vit_b32_text's manifest with some fields of its architecture replaced. */
function textChanged(change: Record<string, unknown>): string {
  const manifest = readAny("openclip_vit_b32_text");
  return JSON.stringify({ ...manifest, architecture: { ...manifest.architecture, ...change } });
}

/** The same of openclip_vit_b32's. */
function vitChanged(change: Change): string {
  return changed(change, "openclip_vit_b32");
}

const { weights } = read("openclip_vit_b32");

Deno.test("parseManifest() reads dct_512", () => {
  const manifest = read("dct_512");
  assert.equal(manifest.name, "dct_512");
  assert.equal(manifest.architecture.type, "dct");
  assert.deepEqual(manifest.input, { name: "image", datatype: "FP32", shape: [3, 224, 224] });
  assert.deepEqual(manifest.output, { name: "embedding", datatype: "FP32", shape: [512] });
});

const broken: Record<string, string> = {
  "what is not JSON": "{",
  "a missing field": changed(() => ({ license: undefined })),
  "an unknown field": changed(() => ({ licence: "MIT" })),
  "a name that is no identifier": changed(() => ({ name: "../dct" })),
  "an unknown architecture": changed(() => ({ architecture: { type: "vit" } })),
  "a deviation of 0": changed(({ preprocess }) => ({
    preprocess: { ...preprocess, std: [0, 1, 1] },
  })),
  "an input that does not hold size² pixels": changed(({ input }) => ({
    input: { ...input, shape: [3, 224, 225] },
  })),
  "weights for a model without": changed(() => ({ weights })),
  "a checkpoint outside its folder": vitChanged(() => ({
    weights: { ...weights, file: "../w.safetensors" },
  })),
  "attentional pooling": vitChanged(({ architecture }) => ({
    architecture: { ...architecture, attentional_pool: true },
  })),
  "a class token of texts": textChanged({ embed_cls: true }),
  "an activation that is none of open_clip's": textChanged({ activation: "relu" }),
  "a reference that is no identifier": changed(() => ({
    reference: { model: "../x", cosine_min: 0.9 },
  })),
};

const contradictions: [manifest: string, message: string][] = [
  [
    textChanged({ pool_type: "eos" }),
    "eos_id must be given if and only if pool_type is eos: current values are undefined and eos",
  ],
  [
    textChanged({ eos_id: 2 }),
    "eos_id must be given if and only if pool_type is eos: current values are 2 and argmax",
  ],
  [
    textChanged({ context_length: 76 }),
    "input shape must be [76] for INT32: current value is [77]",
  ],
  [
    changed(() => ({ input: { name: "image", datatype: "FP32", shape: [224, 224, 3] } })),
    "input shape must be [3,224,224] for FP32: current value is [224,224,3]",
  ],
  [
    changed(() => ({ input: { name: "image", datatype: "UINT8", shape: [3, 224, 224] } })),
    "input shape must be [224,224,3] for UINT8: current value is [3,224,224]",
  ],
  [changed(() => ({ weights })), "weights must be left out for dct"],
  [vitChanged(() => ({ weights: undefined })), "weights must be given for open_clip_vit"],
  [
    vitChanged(({ architecture }) => ({
      architecture: { ...architecture, quantization: "int8_dynamic" },
    })),
    "max_batch_size must be 1 for int8_dynamic: current value is 32",
  ],
  [
    changed(() => ({ max_batch_size: 1 })),
    "batching must be none if and only if max_batch_size is 1: current values are latency and 1",
  ],
  [
    changed(({ serving }) => ({ serving: { ...serving, warmup_batch_sizes: [1, 33] } })),
    "warmup_batch_sizes must be ≤ 32: current value is 33",
  ],
];
for (const [manifest, message] of contradictions) {
  Deno.test(`parseManifest() says that ${message}`, () => {
    assert.throws(() => parseManifest(manifest), {
      name: "SyntaxError",
      message: `Cannot read model manifest: ${message}`,
    });
  });
}

for (const [what, manifest] of Object.entries(broken)) {
  Deno.test(`parseManifest() rejects ${what}`, () => {
    assert.throws(() => parseManifest(manifest), { name: "SyntaxError" });
  });
}

Deno.test("parseManifest() finds variants like the models they are compared with", () => {
  for (const { name, isDirectory } of Deno.readDirSync("model_repository")) {
    if (!isDirectory) continue;
    const manifest = readAny(name);
    if (manifest.reference === undefined) continue;
    const reference = readAny(manifest.reference.model);
    assert.deepEqual(made(manifest), made(reference), name);
    assert.deepEqual(manifest.output, reference.output, name);
    assert.deepEqual(manifest.weights, reference.weights, name);
    const quantization = "none";
    assert.deepEqual(
      "quantization" in manifest.architecture
        ? { ...manifest.architecture, quantization }
        : manifest.architecture,
      reference.architecture,
      name,
    );
    assert.equal(reference.input.datatype, manifest.modality === "text" ? "INT32" : "FP32");
  }
});

Deno.test("elementCount() and itemByteLength() count one item", () => {
  const tensor = { name: "x", shape: [2, 3] };
  assert.equal(elementCount({ ...tensor, datatype: "FP32" }), 6);
  assert.equal(itemByteLength({ ...tensor, datatype: "FP32" }), 24);
  assert.equal(itemByteLength({ ...tensor, datatype: "UINT8" }), 6);
});
