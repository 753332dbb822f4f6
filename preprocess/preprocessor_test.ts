import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import { readGoldenFile } from "../testing/goldens/read_goldens.ts";
import { preprocessorSettings } from "../testing/preprocessor_settings.ts";
import { PosixShm } from "../triton/posix_shm.ts";
import { OPEN_CLIP } from "./contract/image_options.ts";
import { Preprocessor } from "./preprocessor.ts";

const SMALL = "inputs/exif_6_ii_190x121.jpg";
const PHOTO = "inputs/rgb_420_640x480.jpg";
const ELEMENTS = 3 * 224 * 224;

// Equality with Pillow and torchvision stands in goldens_test.ts.

Deno.test("Preprocessor.preprocess() reports format, the photo's own size and where the time went", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const photo = readGoldenFile(SMALL);
  const { crop, decodeMs, resizeMs, ...photoFacts } = await preprocessor.preprocess(photo, {
    ...OPEN_CLIP,
    orient: "exif",
  });
  assert.deepEqual(photoFacts, { width: 190, height: 121, format: "jpeg" });
  assert.equal(crop.length, ELEMENTS);
  assert.ok(decodeMs >= 0 && resizeMs >= 0);
});

Deno.test("Preprocessor.preprocess() gives a crop that the next photo does not overwrite", async () => {
  const defaults = preprocessorSettings();
  // The model is as large as the photo, so that nothing is resized and the crop could be the decoder's own buffer.
  const preprocess = { ...defaults.preprocess, size: 121 };
  using preprocessor = new Preprocessor({ ...defaults, preprocess });
  const { crop } = await preprocessor.preprocess(readGoldenFile(SMALL), OPEN_CLIP);
  const before = sha256(crop);
  await preprocessor.preprocess(readGoldenFile("inputs/cmyk_tall_261x805.jpg"), OPEN_CLIP);
  assert.equal(sha256(crop), before);
});

Deno.test("Preprocessor.writeInput() writes an FP32 input to its slot and to no other", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const { crop } = await preprocessor.preprocess(readGoldenFile(PHOTO), OPEN_CLIP);
  const buffer = new SharedArrayBuffer(3 * ELEMENTS * 4);
  preprocessor.writeInput(crop, {
    kind: "memory",
    datatype: "FP32",
    buffer,
    byteOffset: ELEMENTS * 4,
  });
  const slots = new Float32Array(buffer);
  const slot = slots.subarray(ELEMENTS, 2 * ELEMENTS);
  assert.equal(sha256(slot), sha256(preprocessor.normalize(crop)));
  assert.ok(slots.subarray(0, ELEMENTS).every((value) => value === 0));
  assert.ok(slots.subarray(2 * ELEMENTS).every((value) => value === 0));
});

Deno.test("Preprocessor.writeInput() writes a UINT8 input as the crop itself", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const { crop } = await preprocessor.preprocess(readGoldenFile(PHOTO), OPEN_CLIP);
  const buffer = new SharedArrayBuffer(ELEMENTS + 2);
  preprocessor.writeInput(crop, { kind: "memory", datatype: "UINT8", buffer, byteOffset: 1 });
  const bytes = new Uint8Array(buffer);
  assert.equal(sha256(bytes.subarray(1, ELEMENTS + 1)), sha256(crop));
  assert.deepEqual([bytes.at(0), bytes.at(-1)], [0, 0]);
});

Deno.test("Preprocessor.writeInput() writes either kind of input to shared memory, at its offset only", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const { crop } = await preprocessor.preprocess(readGoldenFile(PHOTO), OPEN_CLIP);
  using shm = new PosixShm();
  const name = `preprocess-test_${crypto.randomUUID()}`;
  const fd = shm.create(name, 0o600);
  shm.unlink(name);
  const byteOffset = 8;
  const inputs = { FP32: preprocessor.normalize(crop), UINT8: crop };
  for (const [datatype, input] of Object.entries(inputs)) {
    shm.allocate(fd, byteOffset + input.byteLength);
    const address = {
      kind: "shm",
      datatype: datatype as keyof typeof inputs,
      fd,
      byteOffset,
    } as const;
    preprocessor.writeInput(crop, address);
    const written = new Uint8Array(byteOffset + input.byteLength);
    shm.read(fd, written, 0);
    assert.equal(sha256(written.subarray(byteOffset)), sha256(input), datatype);
    assert.ok(written.subarray(0, byteOffset).every((byte) => byte === 0));
  }
  shm.close(fd);
});
