import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { judged } from "../../testing/judged_image.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { PosixShm } from "../../triton/posix_shm.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { SlotWriter } from "./slot_writer.ts";

const PHOTO = "inputs/rgb_420_640x480.jpg";
const ELEMENTS = 3 * 224 * 224;

Deno.test("SlotWriter.write() writes an FP32 input to its slot and to no other", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const { data } = await preprocessor.input(judged(readGoldenFile(PHOTO)), OPEN_CLIP, "FP32");
  const buffer = new SharedArrayBuffer(3 * ELEMENTS * 4);
  const byteOffset = ELEMENTS * 4;
  using writer = new SlotWriter();
  writer.write(data, { kind: "memory", datatype: "FP32", buffer, byteOffset });
  const slots = new Float32Array(buffer);
  assert.equal(sha256(slots.subarray(ELEMENTS, 2 * ELEMENTS)), sha256(data));
  assert.ok(slots.subarray(0, ELEMENTS).every((value) => value === 0));
  assert.ok(slots.subarray(2 * ELEMENTS).every((value) => value === 0));
});

Deno.test("SlotWriter.write() writes a UINT8 input as the crop itself", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const { crop } = await preprocessor.preprocess(readGoldenFile(PHOTO), OPEN_CLIP);
  const buffer = new SharedArrayBuffer(ELEMENTS + 2);
  using writer = new SlotWriter();
  writer.write(crop, { kind: "memory", datatype: "UINT8", buffer, byteOffset: 1 });
  const bytes = new Uint8Array(buffer);
  assert.equal(sha256(bytes.subarray(1, ELEMENTS + 1)), sha256(crop));
  assert.deepEqual([bytes.at(0), bytes.at(-1)], [0, 0]);
});

Deno.test("SlotWriter.write() writes either kind of input to shared memory, at its offset only", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  using writer = new SlotWriter();
  using shm = new PosixShm();
  const name = `preprocess-test_${crypto.randomUUID()}`;
  const fd = shm.create(name, 0o600);
  shm.unlink(name);
  const byteOffset = 8;
  for (const datatype of ["FP32", "UINT8"] as const) {
    const { data } = await preprocessor.input(judged(readGoldenFile(PHOTO)), OPEN_CLIP, datatype);
    shm.allocate(fd, byteOffset + data.byteLength);
    writer.write(data, { kind: "shm", datatype, fd, byteOffset });
    const written = new Uint8Array(byteOffset + data.byteLength);
    shm.read(fd, written, 0);
    assert.equal(sha256(written.subarray(byteOffset)), sha256(data), datatype);
    assert.ok(written.subarray(0, byteOffset).every((byte) => byte === 0));
  }
  shm.close(fd);
});

Deno.test("SlotWriter.write() refuses a slot that ends before the input", () => {
  using writer = new SlotWriter();
  const address = { kind: "memory", datatype: "UINT8", byteOffset: 1 } as const;
  const buffer = new SharedArrayBuffer(4);
  assert.throws(() => writer.write(new Uint8Array(4), { ...address, buffer }), RangeError);
});
