import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import { fp32Slot, INPUT_BYTES } from "../../testing/fp32_slot.ts";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { testFile } from "../../testing/harness.ts";
import { judged } from "../../testing/judged_image.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import { never } from "../../testing/workers/scripted_pool.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { LoneImageShortcut } from "./lone_image.ts";
import type { PreprocessJob, PreprocessResult } from "./slot_preprocessor.ts";

const RESULT: PreprocessResult = {
  width: 1,
  height: 1,
  format: "by a worker",
  decodeMs: 0,
  resizeMs: 0,
  writeMs: 0,
};

function start({ isAlone = true, settings = preprocessorSettings() } = {}) {
  const jobs: PreprocessJob[] = [];
  const workers = {
    run: (job: PreprocessJob) => {
      jobs.push(job);
      return Promise.resolve(RESULT);
    },
  };
  const shortcut = new LoneImageShortcut({ workers, settings, isAlone: () => isAlone });
  const buffer = new SharedArrayBuffer(INPUT_BYTES);
  return {
    run: (bytes: Uint8Array<ArrayBuffer>) =>
      shortcut.run(
        { ...judged(bytes), ...OPEN_CLIP, address: fp32Slot(buffer) },
        [bytes.buffer],
        never(),
      ),
    slot: () => sha256(new Uint8Array(buffer)),
    sentToWorkers: () => jobs.length,
    [Symbol.dispose]: () => shortcut[Symbol.dispose](),
  };
}

Deno.test("LoneImageShortcut writes what a worker would, for every small sequential JPEG", async () => {
  using shortcut = start();
  const goldens = readGoldens().filter(({ name, f32, coding }) =>
    /^inputs\/(?!damaged)/.test(name) && f32 !== undefined && coding?.startsWith("baseline")
  );
  let here = 0;
  for (const { name, f32 } of goldens) {
    const { format } = await shortcut.run(readGoldenFile(name));
    if (format !== "jpeg") continue;
    assert.equal(shortcut.slot(), f32, name);
    here++;
  }
  assert.ok(here > 50, String(here));
});

Deno.test("LoneImageShortcut sends everything to the workers while others are in flight", async () => {
  using shortcut = start({ isAlone: false });
  const bytes = await testFile("photos/cat_half.jpg");
  assert.equal((await shortcut.run(bytes)).format, "by a worker");
  assert.equal(shortcut.sentToWorkers(), 1);
});

Deno.test("LoneImageShortcut sends a second image to the workers while it has a first", async () => {
  using shortcut = start();
  const bytes = await testFile("photos/cat_half.jpg");
  const formats = (await Promise.all([shortcut.run(bytes), shortcut.run(bytes)]))
    .map(({ format }) => format);
  assert.deepEqual(formats, ["jpeg", "by a worker"]);
  assert.equal((await shortcut.run(bytes)).format, "jpeg");
});

for (
  const name of [
    "inputs/cmyk_adobe0_progressive_211x157.jpg",
    "inputs/damaged_progressive_scans_dc_only.jpg",
    "other/png_palette_97x61.png",
  ]
) {
  Deno.test(`LoneImageShortcut sends ${name} to the workers: its cost is not bound by its pixels`, async () => {
    using shortcut = start();
    assert.equal((await shortcut.run(readGoldenFile(name))).format, "by a worker");
  });
}

Deno.test("LoneImageShortcut sends large photos to the workers", async () => {
  using shortcut = start();
  const large = readGoldens().find(({ name, width = 0, height = 0, coding }) =>
    name.startsWith("inputs/") && width * height > 640 * 480 && coding?.startsWith("baseline")
  );
  assert.equal((await shortcut.run(readGoldenFile(large?.name ?? ""))).format, "by a worker");
  const padded = new Uint8Array(256 * 1024 + 1);
  padded.set(await testFile("photos/cat_half.jpg"));
  assert.equal((await shortcut.run(padded)).format, "by a worker");
});

Deno.test("LoneImageShortcut leaves all to the workers without libturbojpeg", async () => {
  using shortcut = start({ settings: { ...preprocessorSettings(), turboJpegPath: undefined } });
  assert.equal(
    (await shortcut.run(await testFile("photos/cat_half.jpg"))).format,
    "by a worker",
  );
});

Deno.test("LoneImageShortcut refuses a bad photo by its code, and takes the next", async () => {
  using shortcut = start();
  const error = await rejectedBy(
    shortcut.run(readGoldenFile("refused/damaged_baseline_cut_half.jpg")),
  );
  assert.equal(error.code, "invalid_image");
  assert.equal((await shortcut.run(await testFile("photos/cat_half.jpg"))).format, "jpeg");
  assert.equal(shortcut.sentToWorkers(), 0);
});
