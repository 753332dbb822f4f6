import assert from "node:assert/strict";
import { type TensorSource, writeSafetensors } from "../../testing/models/safetensors_file.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { readTowerGolden } from "../../testing/models/tower_goldens.ts";
import { Safetensors } from "./safetensors.ts";

function source(
  name: string,
  dtype: string,
  elements: Float32Array | Uint16Array | BigInt64Array,
): TensorSource {
  const bytes = new Uint8Array(elements.buffer);
  const shape = [elements.length];
  return { name, dtype, shape, byteLength: bytes.length, load: () => bytes };
}

/** Opens a file made by hand: the header's text, then this many zeros. */
async function openRaw(header: string, dataBytes: number, headerBytes?: bigint) {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/w`;
  const text = new TextEncoder().encode(header);
  const length = new BigUint64Array([headerBytes ?? BigInt(text.length)]);
  await Deno.writeFile(
    path,
    await new Blob([length, text, new Uint8Array(dataBytes)]).bytes(),
  );
  (await Safetensors.open(path))[Symbol.dispose]();
}

Deno.test("Safetensors reads F32, F16 and BF16 as f32, anew at every call", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/w`;
  await writeSafetensors(path, [
    source("ids", "I64", new BigInt64Array(3)),
    source("bf16", "BF16", new Uint16Array([0x3f80, 0xc000, 0x7f80, 0x0001])),
    source("f16", "F16", new Uint16Array([0x3c00, 0xc000, 0x0001])),
    source("f32", "F32", new Float32Array([1.5, -0.1])),
  ]);
  using file = await Safetensors.open(path);
  assert.deepEqual([...file.shapes.keys()], ["ids", "bf16", "f16", "f32"]);
  const read = (name: string, length: number) => file.tensor(name, [length])();
  assert.deepEqual(await read("f32", 2), new Float32Array([1.5, -0.1]));
  assert.deepEqual(await read("f16", 3), new Float32Array([1, -2, 2 ** -24]));
  assert.deepEqual(await read("bf16", 4), new Float32Array([1, -2, Infinity, 2 ** -133]));
  const load = file.tensor("f32", [2]);
  (await load()).fill(0);
  assert.deepEqual(await load(), new Float32Array([1.5, -0.1]));
});

Deno.test("Safetensors reads what Python's safetensors wrote", async () => {
  for (const name of ["vit_b_32", "vit_b_32_quickgelu", "vit_l_14"]) {
    const { checkpoint, image: { architecture: { width } } } = readTowerGolden(name);
    using file = await Safetensors.open(checkpoint);
    assert.ok(file.shapes.has("token_embedding.weight"));
    const gains = await file.tensor("visual.ln_pre.weight", [width])();
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / width;
    assert.ok(mean > 0.8 && mean < 1.2, `${mean}`);
  }
});

Deno.test("Safetensors.tensor() tells what it misses", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/w`;
  await writeSafetensors(path, [
    source("ids", "I64", new BigInt64Array(3)),
    source("f32", "F32", new Float32Array(6)),
  ]);
  using file = await Safetensors.open(path);
  const messages: [string, number[], string][] = [
    ["f33", [6], "Cannot find tensor f33 in the checkpoint"],
    ["f32", [2, 3], "Cannot use tensor f32: its shape must be [2,3]: current value is [6]"],
    ["ids", [3], "Cannot use tensor ids: its type must be F32, F16 or BF16: current value is I64"],
  ];
  for (const [name, shape, message] of messages) {
    assert.throws(() => file.tensor(name, shape), { name: "RangeError", message });
  }
});

const tensor = (start: number, end: number, shape = [(end - start) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [start, end],
});
const broken: [
  what: string,
  header: string,
  dataBytes: number,
  message: RegExp,
  length?: bigint,
][] = [
  [
    "a header longer than the file",
    "{}",
    0,
    /its header must be ≤ 2 bytes: current value is 3$/,
    3n,
  ],
  ["a header of 2⁶³ bytes", "{}", 0, /current value is 9223372036854775808$/, 2n ** 63n],
  ["what is no JSON", "{,}", 0, /JSON/],
  ["a list", "[]", 0, /expected object, received array/],
  ["null", "null", 0, /expected object, received null/],
  ["a tensor without offsets", `{"a":{"dtype":"F32","shape":[]}}`, 0, /data_offsets/],
  ["a negative extent", `{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4, /shape/],
  [
    "a file cut short",
    JSON.stringify({ a: tensor(0, 8) }),
    7,
    /8 bytes of data: current value is 7$/,
  ],
  ["bytes behind the data", JSON.stringify({ a: tensor(0, 8) }), 9, /current value is 9$/],
  ["a gap", JSON.stringify({ a: tensor(4, 8) }), 8, /tensor a cannot lie at bytes 4 to 8$/],
  ["an overlap", JSON.stringify({ a: tensor(0, 8), b: tensor(4, 8) }), 8, /tensor b cannot lie/],
  ["a tensor backwards", JSON.stringify({ a: tensor(0, 4), b: tensor(4, 0, [0]) }), 4, /tensor b/],
  ["a shape of another size", JSON.stringify({ a: tensor(0, 8, [3]) }), 8, /tensor a cannot lie/],
];
for (const [what, header, dataBytes, message, length] of broken) {
  Deno.test(`Safetensors.open() rejects ${what}`, async () => {
    await assert.rejects(openRaw(header, dataBytes, length), { name: "SyntaxError", message });
  });
}

Deno.test("Safetensors.open() rejects a file too short for a length", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/w`, new Uint8Array(7));
  await assert.rejects(Safetensors.open(`${folder.path}/w`), {
    message: `Cannot read checkpoint ${folder.path}/w: it is shorter than 8 bytes`,
  });
});

Deno.test("Safetensors.open() takes a header padded with spaces", async () => {
  await openRaw(`${JSON.stringify({ a: tensor(0, 8) })}      `, 8);
});

Deno.test("Safetensors.open() takes a header of 16 MiB, and none that is longer", async () => {
  const most = 16 * 1024 * 1024;
  await openRaw("{}".padEnd(most), 0);
  const message = `its header must be ≤ ${most} bytes: current value is ${most + 1}`;
  await assert.rejects(openRaw("{}".padEnd(most + 1), 0), new RegExp(`${message}$`));
});

Deno.test("Safetensors.open() takes eight dimensions, and no more", async () => {
  const header = (rank: number) => JSON.stringify({ a: tensor(0, 4, Array(rank).fill(1)) });
  await openRaw(header(8), 4);
  await assert.rejects(openRaw(header(9), 4), /≤8|<=8/);
});
