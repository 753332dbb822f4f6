import assert from "node:assert/strict";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { testFile } from "../../testing/harness.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { PlainPreprocessor } from "./plain_preprocessor.ts";
import { writePng } from "./png_writer.ts";

const settings = preprocessorSettings();

Deno.test("PlainPreprocessor makes the crops of Preprocessor, byte for byte", async () => {
  using kernel = new Preprocessor(settings);
  using plain = new PlainPreprocessor(settings);
  const noise = crypto.getRandomValues(new Uint8Array(300 * 70 * 3));
  for (
    const photo of [
      await testFile("photos/cat.jpg"),
      await testFile("photos/cameraman_half.jpg"),
      await writePng(noise, 300, 70),
      await writePng(noise, 70, 300),
    ]
  ) {
    const [expected, found] = await Promise.all(
      [kernel, plain].map((one) => one.preprocess(photo.slice(), OPEN_CLIP)),
    );
    assert.ok(expected?.crop.toHex() === found?.crop.toHex());
  }
});

Deno.test("PlainPreprocessor refuses what has no crop", async () => {
  const preprocess = { ...settings.preprocess, resize_mode: "longest" } as const;
  using plain = new PlainPreprocessor({ ...settings, preprocess });
  const line = await writePng(new Uint8Array(3 * 20_000), 20_000, 1);
  for (const file of [line, new Uint8Array([1, 2, 3])]) {
    await assert.rejects(plain.preprocess(file, OPEN_CLIP), { name: "Refusal" });
  }
});
