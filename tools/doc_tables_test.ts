import assert from "node:assert/strict";
import { readModelManifest } from "../testing/models/repository_manifests.ts";
import { digestTable, modelTable, replaceSection } from "./doc_tables.ts";

const models = [
  "dct_512_u8",
  "openclip_vit_b32_int8",
  "openclip_vit_b32_trt",
  "openclip_vit_b32_text",
].map((name) => ({
  manifest: readModelManifest(name),
  modelSha256: name === "dct_512_u8" ? "ab12" : undefined,
}));

Deno.test("replaceSection() replaces only what stands between the markers", () => {
  const document = "a\n<!-- BEGIN generated: x -->\nold\n<!-- END generated: x -->\nb";
  assert.equal(
    replaceSection(document, "x", "new"),
    "a\n<!-- BEGIN generated: x -->\n\nnew\n\n<!-- END generated: x -->\nb",
  );
});

Deno.test("replaceSection() rejects a document without the markers", () => {
  assert.throws(() => replaceSection("a", "x", "new"), /markers of section x/);
});

Deno.test("modelTable() shows each model's tensors, batches and licence", () => {
  const [, , bytes, int8, tensorrt, text] = modelTable(models).split("\n").map((row) =>
    row.replace(/ +/g, " ")
  );
  assert.equal(
    bytes,
    "| `dct_512_u8` | `image` UINT8 [N, 224, 224, 3] | in the graph | `embedding` FP32 [N, 512] " +
      "| 1–32, latency | 1, 8, 32 | none | MIT |",
  );
  assert.match(int8 ?? "", /FP32 \[N, 3, 224, 224\] \| by the gateway \|.+\| 1 \| 1 \| none \|/);
  assert.match(tensorrt ?? "", /\| each size \| tensorrt \|/);
  assert.match(text ?? "", /\| `text` INT32 \[N, 77\] \| – \| `embedding` FP32 \[N, 512\] \|/);
});

Deno.test("digestTable() names files of one digest once", () => {
  const rows = digestTable(models).split("\n").slice(2);
  assert.equal(rows.length, 2);
  assert.match(rows[0] ?? "", /^\| `dct_512_u8`, ONNX file +\| `ab12` +\|$/);
  assert.match(rows[1] ?? "", /^\| `open_clip_model.safetensors` of laion\/CLIP.+\| `ac4f8c4b/);
});
