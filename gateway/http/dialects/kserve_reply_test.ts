import assert from "node:assert/strict";
import { kserveReply } from "../../../testing/kserve_bodies.ts";
import { GatewayError } from "../../contract/errors.ts";
import type { TensorReply } from "../../contract/tensors.ts";
import type { ReplyModel } from "./dialect.ts";
import { writeKserveReply } from "./kserve_reply.ts";
import { replySchema } from "./kserve_schema.ts";

const MODEL = { model: "fake:2", version: "2", dim: 2 };
const ROWS = [Float32Array.of(1, 0.5), Float32Array.of(-3, 4)];
const write = (tensorReply: TensorReply, model: ReplyModel = MODEL) =>
  writeKserveReply({ tensorReply }, ROWS, model);

Deno.test("writeKserveReply() writes JSON in Triton's order, numbers exactly", async () => {
  const response = write({ isBinary: false });
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(
    await response.text(),
    '{"model_name":"fake","model_version":"2","outputs":[{"name":"embedding","datatype":"FP32","shape":[2,2],"data":[1,0.5,-3,4]}]}',
  );
});

Deno.test("writeKserveReply() writes rows behind the JSON, little-endian", async () => {
  const response = write({ isBinary: true, id: 'a"b' });
  assert.equal(response.headers.get("content-type"), "application/octet-stream");
  const { json, tail } = await kserveReply(response);
  assert.equal(tail, new Uint8Array(Float32Array.of(1, 0.5, -3, 4).buffer).toHex());
  assert.deepEqual(json, {
    id: 'a"b',
    model_name: "fake",
    model_version: "2",
    outputs: [{
      name: "embedding",
      datatype: "FP32",
      shape: [2, 2],
      parameters: { binary_data_size: 16 },
    }],
  });
  replySchema.parse(json);
});

Deno.test("writeKserveReply() copies a row that is a view of others, and only that row", async () => {
  const [row] = [new Float32Array([9, 1, 2, 9]).subarray(1, 3)];
  const response = writeKserveReply(
    { tensorReply: { isBinary: true } },
    [row as Float32Array],
    MODEL,
  );
  const { tail } = await kserveReply(response);
  assert.equal(tail, new Uint8Array(Float32Array.of(1, 2).buffer).toHex());
});

Deno.test("writeKserveReply() names the output as the request does, then as the model", async () => {
  const nameOf = async (reply: TensorReply, output?: string) =>
    (await kserveReply(write(reply, { ...MODEL, output }))).json.outputs[0].name;
  assert.equal(await nameOf({ isBinary: false }, "features"), "features");
  assert.equal(await nameOf({ isBinary: false, output: "x" }, "features"), "x");
});

Deno.test("writeKserveReply() says no version that is not known, and which texts were cut off", async () => {
  const { json } = await kserveReply(
    write({ isBinary: false }, { model: "fake", dim: 2, truncated: [0, 1] }),
  );
  assert.deepEqual([json.model_version, json.parameters], [undefined, { truncated: "0,1" }]);
  replySchema.parse(json);
});

Deno.test("writeKserveReply() throws where there is no embedding", () => {
  const error = new GatewayError("internal", "x");
  for (const isBinary of [true, false]) {
    assert.throws(() => writeKserveReply({ tensorReply: { isBinary } }, [error], MODEL), error);
  }
});
