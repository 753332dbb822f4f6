import assert from "node:assert/strict";
import { failedAt, rejectedBy } from "../../testing/thrown.ts";
import { readDctManifest } from "../../testing/dct_model.ts";
import { wordManifest } from "../../testing/towers/word_manifest.ts";
import { parseOptions } from "../contract/options.ts";
import type { RequestScope } from "./pipeline.ts";
import type { ServedModel } from "./served_model.ts";
import { embedTensors, type TensorRequest } from "./tensor_inputs.ts";

const SCOPE = {} as RequestScope;
const ROWS = [Float32Array.of(1)];

/** A model that says what it was asked. */
function modelOf(manifest: ServedModel["manifest"]) {
  const asked: unknown[] = [];
  const model = {
    ...{ manifest, input: manifest.input },
    embedTensors: (...call: unknown[]) => (asked.push(call), Promise.resolve(ROWS)),
  };
  return { model: model as unknown as ServedModel, asked };
}

const DCT = readDctManifest();
const WORDS = wordManifest("words");
const IMAGE = { name: "image", datatype: "FP32", shape: [2, 3, 224, 224] } as const;

function request(changes: Partial<TensorRequest> = {}): TensorRequest {
  const inputs = [new Uint8Array(4), new Uint8Array(4)];
  return { inputs, options: parseOptions({}), tensor: IMAGE, ...changes };
}

Deno.test("embedTensors() hands the items of a tensor that the model takes over as they are", async () => {
  const { model, asked } = modelOf(DCT);
  const order = request({ tensorReply: { output: "embedding", isBinary: true } });
  assert.equal(await embedTensors(order, model, SCOPE), ROWS);
  assert.deepEqual(asked, [[order.inputs, order.options, SCOPE]]);
});

for (
  const [changes, message] of [
    [{ tensor: { ...IMAGE, name: "pixels" } }, "the input's name must be image"],
    [{ tensor: { ...IMAGE, datatype: "UINT8" } }, "the input's datatype must be FP32"],
    [
      { tensor: { ...IMAGE, shape: [2, 224, 224, 3] } },
      "the input's shape must be [n, 3, 224, 224]",
    ],
    [{ tensor: { ...IMAGE, shape: [2] } }, "the input's shape must be [n, 3, 224, 224]"],
    [{ tensorReply: { output: "x", isBinary: true } }, "the output's name must be embedding"],
  ] as const
) {
  Deno.test(`embedTensors() says: ${message}`, async () => {
    const { model, asked } = modelOf(DCT);
    const error = await rejectedBy(embedTensors(request(changes), model, SCOPE));
    assert.deepEqual([error.code, error.message], ["invalid_body", `Cannot embed as ${message}`]);
    assert.deepEqual(asked, []);
  });
}

Deno.test("embedTensors() lets no token id through that the model's table does not have", async () => {
  const { vocab_size: count } = WORDS.architecture;
  const tensor = { name: "text", datatype: "INT32", shape: [2, 12] } as const;
  const ids = (last: number) => new Uint8Array(Int32Array.of(...Array(11).fill(0), last).buffer);
  const { model, asked } = modelOf(WORDS);
  await embedTensors(request({ tensor, inputs: [ids(0), ids(count - 1)] }), model, SCOPE);
  for (const id of [-1, count, 2 ** 31 - 1]) {
    const order = request({ tensor, inputs: [ids(0), ids(id)] });
    const error = await rejectedBy(embedTensors(order, model, SCOPE));
    assert.deepEqual([error.code, failedAt(error)], ["invalid_body", 1]);
    assert.match(error.message, new RegExp(`from 0 to ${count - 1}$`));
  }
  assert.equal(asked.length, 1);
});
