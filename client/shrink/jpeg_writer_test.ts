import assert from "node:assert/strict";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { testFile } from "../../testing/harness.ts";
import { writeJpeg } from "./jpeg_writer.ts";

Deno.test("writeJpeg() keeps a photo's pixels, the nearer the higher its quality", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const cat = (await testFile("photos/cat.jpg")).slice();
  const { crop } = await preprocessor.preprocess(cat, OPEN_CLIP);
  const side = Math.sqrt(crop.length / 3);
  const errors: number[] = [];
  for (const quality of [70, 95, 100]) {
    const file = writeJpeg(crop, side, quality);
    const { crop: again } = await preprocessor.preprocess(file, OPEN_CLIP);
    const sum = crop.reduce(
      (total, level, index) => total + Math.abs(level - (again[index] as number)),
      0,
    );
    errors.push(sum / crop.length);
  }
  assert.deepEqual(errors, errors.toSorted((a, b) => b - a));
  assert.ok((errors[1] ?? 9) < 2 && (errors[2] ?? 9) < 0.8, `${errors}`);
});
