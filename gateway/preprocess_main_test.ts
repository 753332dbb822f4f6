/** The task as it is typed: what it prints, what it may read, and how it exits. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { sha256 } from "../testing/digest.ts";
import { readGoldens, readTransforms } from "../testing/goldens/read_goldens.ts";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { testPosix } from "../testing/platform_tests.ts";
import { runTask, type TaskOptions } from "../testing/task.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const NAME = "inputs/rgb_420_640x480.jpg";
const FILE = `testing/goldens/${NAME}`;
const golden = readGoldens().find(({ name }) => name === NAME);

const run = (args: readonly string[], options?: TaskOptions) =>
  runTask("preprocess", args, { cwd: ROOT, ...options });

/** A folder outside the project, with the golden image under each of these names. */
async function photos(...names: string[]) {
  const folder = await temporaryFolder();
  for (const name of names) {
    await Deno.mkdir(`${folder.path}/${name}/..`, { recursive: true });
    await Deno.copyFile(`${ROOT}${FILE}`, `${folder.path}/${name}`);
  }
  return folder;
}

const good = (path: string) => `${golden?.u8}  ${path}\n`;

testPosix(
  "preprocess prints a line a file, says why on standard error, and exits 1 if any failed",
  async () => {
    const { code, stdout, stderr } = await run([FILE, "nowhere.jpg", "deno.json"]);
    assert.equal(
      stdout,
      `${good(FILE)}!not_found  nowhere.jpg\n!unsupported_media_type  deno.json\n`,
    );
    const [absent, other] = stderr.split("\n");
    assert.equal(absent, "!not_found  nowhere.jpg: there is no such file");
    assert.match(other ?? "", /^!unsupported_media_type {2}deno\.json: Cannot decode image as /);
    assert.equal(code, 1);
  },
);

testPosix("preprocess --raw writes the bytes of one file alone, and exits 0", async () => {
  for (const raw of ["u8", "f32"] as const) {
    const { code, bytes, stderr } = await run(["--raw", raw, FILE]);
    assert.deepEqual([code, sha256(bytes), stderr], [0, golden?.[raw], ""]);
  }
});

testPosix("preprocess reads what is typed from where it is typed, whatever its name", async () => {
  const names = ["a b,c.jpg", "-x.jpg", "ü/日.jpg", "$(id).jpg"];
  await using folder = await photos(...names);
  const { code, stdout, stderr } = await run(["--", ...names], { cwd: folder.path });
  assert.deepEqual([stdout, stderr, code], [names.map(good).join(""), "", 0]);
  const home = await run(["~/a b,c.jpg"], { env: { HOME: folder.path } });
  assert.equal(home.stdout, good(`${folder.path}/a b,c.jpg`));
});

testPosix(
  "preprocess takes a folder for every image in it, sorted, whatever links it has",
  async () => {
    await using folder = await photos("b.jpg", "a/1.jpg", "a/no_suffix", ".hidden.jpg", "z,.jpg");
    const { path } = folder;
    await Deno.writeTextFile(`${path}/notes.txt`, "no image");
    await Deno.writeTextFile(`${path}/broken.JPG`, "");
    await Deno.symlink("..", `${path}/a/loop`);
    await Deno.symlink("nowhere", `${path}/gone.png`);
    const { code, stdout, stderr } = await run(["."], { cwd: path });
    assert.equal(
      stdout,
      good("a/1.jpg") + good("a/no_suffix") + good("b.jpg") + "!invalid_body  broken.JPG\n" +
        "!not_found  gone.png\n" + good("z,.jpg"),
    );
    assert.match(stderr, /^Passed over, as no images: 1$/m);
    assert.equal(code, 1);
  },
);

testPosix("preprocess says that a folder has no image, and takes none for --raw", async () => {
  await using folder = await temporaryFolder();
  const { code, stdout, stderr } = await run([folder.path]);
  assert.deepEqual([code, stdout, stderr], [1, "", "No image was found\n"]);
  const raw = await run(["--raw", "u8", folder.path]);
  assert.equal(raw.code, 64);
  assert.match(raw.stderr, /^--raw takes one FILE: .* is a folder\n/);
});

testPosix("preprocess prints a path in one line", async () => {
  const { stdout } = await run(["a\nb\x1b[2J.jpg"]);
  assert.equal(stdout, "!not_found  a\\x0ab\\x1b[2J.jpg\n");
});

testPosix("preprocess follows the gateway's settings", async () => {
  const pixels = await run([FILE], { env: { GATEWAY_IMAGE_PIXELS_MAX: "1000" } });
  assert.match(pixels.stderr, /^!image_too_large .* its pixels must be ≤ 1000/);
  const bytes = await run([FILE], { env: { GATEWAY_IMAGE_BYTES_MAX: "1024" } });
  assert.match(bytes.stderr, /^!body_too_large .* its bytes must be ≤ 1024/);
  const model = await run([FILE], { env: { GATEWAY_MODEL: "nope" } });
  assert.equal(model.code, 1);
  assert.match(model.stderr, /^GATEWAY_MODEL=nope, .*: Cannot find model nope in repository /);
  const words = { GATEWAY_MODELS: "openclip_vit_b32_text,openclip_vit_b32" };
  assert.equal((await run([FILE], { env: words })).stdout, good(FILE));
  const bad = await run([FILE], { env: { GATEWAY_IMAGE_PIXELS_MAX: "many" } });
  assert.deepEqual([bad.code, bad.stdout], [1, ""]);
  assert.match(bad.stderr, /^GATEWAY_IMAGE_PIXELS_MAX must be an integer [^\n]+\n$/);
});

testPosix("preprocess --jpeg-decoder portable gives the same crop, and refuses CMYK", async () => {
  const cmyk = "testing/goldens/inputs/cmyk_adobe0_211x157.jpg";
  const { code, stdout } = await run(["--jpeg-decoder", "portable", FILE, cmyk]);
  assert.deepEqual([code, stdout], [1, `${good(FILE)}!unsupported_image  ${cmyk}\n`]);
  const setting = await run([cmyk], { env: { GATEWAY_JPEG_DECODER: "portable" } });
  assert.equal(setting.stdout, `!unsupported_image  ${cmyk}\n`);
});

testPosix(
  "preprocess reads a model repository elsewhere, and says why where it cannot",
  async () => {
    await using folder = await temporaryFolder();
    const repository = `${folder.path}/of models, here`;
    await Deno.mkdir(`${repository}/dct_512`, { recursive: true });
    await Deno.copyFile(
      `${ROOT}model_repository/dct_512/manifest.json`,
      `${repository}/dct_512/manifest.json`,
    );
    const env = { GATEWAY_MODEL_REPOSITORY: repository };
    assert.equal((await run([FILE], { env })).stdout, good(FILE));
    const unknown = await run(["--model", "dct_521", FILE], { env });
    assert.equal(
      unknown.stderr,
      `Cannot find model dct_521 in repository ${repository}: did you mean dct_512? there are dct_512\n`,
    );
    const absent = await run([FILE], { env: { GATEWAY_MODEL_REPOSITORY: `${repository}/x` } });
    assert.match(absent.stderr, /: Cannot read model repository .*\/x: there is no such folder\n$/);
  },
);

testPosix("preprocess --model prepares photos as that model's manifest says", async () => {
  await using folder = await temporaryFolder();
  const { u8, size, resize_mode, interpolation } = readTransforms().find((entry) =>
    entry.name === NAME && entry.resize_mode === "squash"
  ) ?? assert.fail();
  const manifest = JSON.parse(
    await Deno.readTextFile(`${ROOT}model_repository/dct_512/manifest.json`),
  );
  Object.assign(manifest, { name: "squashed" });
  Object.assign(manifest.preprocess, { size, resize_mode, interpolation });
  Object.assign(manifest.input, { shape: [3, size, size] });
  await Deno.mkdir(`${folder.path}/squashed`);
  await Deno.writeTextFile(`${folder.path}/squashed/manifest.json`, JSON.stringify(manifest));
  const env = { GATEWAY_MODEL_REPOSITORY: folder.path };
  const { stdout, stderr } = await run(["--model", "squashed", FILE], { env });
  assert.deepEqual([stdout, stderr], [`${u8}  ${FILE}\n`, ""]);
});

for (
  const [args, message] of [
    [[], "at least one FILE is required"],
    [[""], "a FILE must not be empty"],
    [["--raw", "u8", "a", "b"], "--raw takes one FILE"],
    [["--raw", "png", "a"], "--raw must be of u8, f32: it is png"],
    [["--orient", "up", "a"], "--orient must be of none, exif: it is up"],
    [
      ["--jpeg-decoder", "best", "a"],
      "--jpeg-decoder must be of auto, native, portable: it is best",
    ],
    [["--decode", "soon", "a"], "--decode must be of exact, fast: it is soon"],
  ] as const
) {
  testPosix(`preprocess ${args.join(" ")} exits 64 and says why`, async () => {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stdout, stderr.split("\n")[0]], [64, "", message]);
    assert.match(stderr, /^Usage: deno task preprocess /m);
  });
}
