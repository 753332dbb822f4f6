/** The program as it is started: what it prints, and how it exits. */
import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import { readGoldens } from "../testing/goldens/read_goldens.ts";

const ROOT = new URL("../", import.meta.url);
const NAME = "inputs/rgb_420_640x480.jpg";
const FILE = `testing/goldens/${NAME}`;

/** Runs `deno task preprocess` to its end. */
async function run(...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=serve", "--allow-read", "preprocess/main.ts", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, bytes: stdout, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("preprocess prints a line a file, and exits 1 if any failed", async () => {
  const golden = readGoldens().find(({ name }) => name === NAME);
  const { code, stdout } = await run(FILE, "nowhere.jpg", "deno.json");
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    `${golden?.u8}  ${FILE}`,
    "!not_found  nowhere.jpg",
    "!unsupported_media_type  deno.json",
  ]);
  assert.equal(code, 1);
});

Deno.test("preprocess --raw writes the bytes of one file alone, and exits 0", async () => {
  const golden = readGoldens().find(({ name }) => name === NAME);
  for (const raw of ["u8", "f32"] as const) {
    const { code, bytes, stderr } = await run("--raw", raw, FILE);
    assert.deepEqual([code, sha256(bytes), stderr], [0, golden?.[raw], ""]);
  }
});

Deno.test("preprocess --jpeg-decoder portable gives the same crop, and refuses CMYK", async () => {
  const golden = readGoldens().find(({ name }) => name === NAME);
  const cmyk = "testing/goldens/inputs/cmyk_adobe0_211x157.jpg";
  const { code, stdout, stderr } = await run("--jpeg-decoder", "portable", FILE, cmyk);
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    `${golden?.u8}  ${FILE}`,
    `!unsupported_image  ${cmyk}`,
  ]);
  assert.deepEqual([code, stderr], [1, ""]);
});

for (
  const [args, message] of [
    [[], "at least one FILE is required"],
    [["--raw", "u8", "a", "b"], "--raw takes one FILE"],
    [["--raw", "png", "a"], "--raw must be u8 or f32: current value is png"],
    [["--orient", "up", "a"], "--orient must be none or exif: current value is up"],
    [
      ["--jpeg-decoder", "best", "a"],
      "--jpeg-decoder must be auto, native or portable: current value is best",
    ],
    [["--decode", "soon", "a"], "--decode must be exact or fast: current value is soon"],
  ] as const
) {
  Deno.test(`preprocess ${args.join(" ")} exits 64 and says why`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual([code, stdout, stderr.split("\n")[0]], [64, "", message]);
    assert.match(stderr, /^Usage: deno task preprocess /m);
  });
}
