import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { judged } from "../../testing/judged_image.ts";
import { testLinux } from "../../testing/platform_tests.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { mappingsOf, ShmRegion } from "../../testing/shm_region.ts";
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

testLinux(
  "SlotWriter.write() writes either kind of input to shared memory, at its offset only",
  async () => {
    using preprocessor = new Preprocessor(preprocessorSettings());
    using writer = new SlotWriter();
    for (const datatype of ["FP32", "UINT8"] as const) {
      const { data } = await preprocessor.input(judged(readGoldenFile(PHOTO)), OPEN_CLIP, datatype);
      using region = new ShmRegion(data.byteLength + 16);
      writer.write(data, region.address(8, datatype));
      const written = region.bytes();
      assert.equal(sha256(written.subarray(8, -8)), sha256(data), datatype);
      assert.ok([...written.subarray(0, 8), ...written.subarray(-8)].every((byte) => byte === 0));
    }
  },
);

testLinux("SlotWriter maps a region once, and unmaps it when disposed of", () => {
  using region = new ShmRegion(8192);
  const writers = [new SlotWriter(), new SlotWriter()] as const;
  for (const byteOffset of [0, 8, 4096]) {
    for (const writer of writers) writer.write(Uint8Array.of(1), region.address(byteOffset));
  }
  assert.equal(mappingsOf(region.name), 2);
  writers[0][Symbol.dispose]();
  assert.equal(mappingsOf(region.name), 1);
  writers[1].write(Uint8Array.of(2), region.address(8191));
  writers[1][Symbol.dispose]();
  assert.equal(mappingsOf(region.name), 0);
  assert.equal(region.bytes().at(-1), 2);
});

testLinux("SlotWriter.write() writes no more once disposed of, to old regions or new ones", () => {
  using region = new ShmRegion(64);
  using other = new ShmRegion(64);
  const writer = new SlotWriter();
  writer.write(Uint8Array.of(1), region.address(0));
  writer[Symbol.dispose]();
  writer[Symbol.dispose]();
  for (const address of [region.address(0), other.address(0)]) {
    assert.throws(() => writer.write(Uint8Array.of(9), address), ReferenceError);
  }
  assert.deepEqual([region.bytes()[0], other.bytes()[0]], [1, 0]);
  assert.equal(mappingsOf(other.name), 0);
});

/** A region whose descriptor's number an earlier one had that was written to; other tests take numbers, too. */
function secondOfOneDescriptor(writer: SlotWriter): ShmRegion {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const first = new ShmRegion(64);
    writer.write(Uint8Array.of(1), first.address(0));
    first[Symbol.dispose]();
    const second = new ShmRegion(128);
    if (second.fd === first.fd) return second;
    second[Symbol.dispose]();
  }
  return assert.fail("no number was used again");
}

testLinux(
  "SlotWriter.write() never takes a region for an earlier one of the same descriptor",
  () => {
    using writer = new SlotWriter();
    using second = secondOfOneDescriptor(writer);
    writer.write(Uint8Array.of(2), second.address(0));
    writer.write(Uint8Array.of(3), second.address(127));
    const written = second.bytes();
    assert.deepEqual([written[0], written[127]], [2, 3]);
  },
);

testLinux(
  "SlotWriter.write() refuses what does not lie in the region, and writes none of it",
  () => {
    using writer = new SlotWriter();
    using region = new ShmRegion(8192);
    const input = new Uint8Array(16).fill(9);
    for (const byteOffset of [8177, 8192, 2 ** 40, Number.MAX_SAFE_INTEGER, -1, 0.5, NaN]) {
      assert.throws(() => writer.write(input, region.address(byteOffset)), {
        name: "RangeError",
        message: `Cannot write 16 bytes at ${byteOffset} as the mapping has 8192`,
      });
    }
    assert.ok(region.bytes().every((byte) => byte === 0));
    writer.write(input, region.address(8176));
    assert.ok(region.bytes().subarray(8176).every((byte) => byte === 9));
  },
);

testLinux("SlotWriter.write() says why a region cannot be mapped, and maps the next", () => {
  using writer = new SlotWriter();
  using region = new ShmRegion(64);
  const closed = { ...region.address(0), fd: -1, region: "closed" } as const;
  assert.throws(() => writer.write(Uint8Array.of(1), closed), { name: "ShmError", code: "EBADF" });
  writer.write(Uint8Array.of(1), region.address(0));
  assert.equal(region.bytes()[0], 1);
});

Deno.test("SlotWriter.write() refuses a slot that ends before the input", () => {
  using writer = new SlotWriter();
  const address = { kind: "memory", datatype: "UINT8", byteOffset: 1 } as const;
  const buffer = new SharedArrayBuffer(4);
  assert.throws(() => writer.write(new Uint8Array(4), { ...address, buffer }), RangeError);
});
