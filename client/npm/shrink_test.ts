import assert from "node:assert/strict";
import { testFile } from "../../testing/harness.ts";
import { Shrinker as DenoShrinker } from "../shrink/shrinker.ts";
import { Shrinker } from "./shrink.ts";

Deno.test("Shrinker of the package makes what Deno's does by the portable decoder", async () => {
  using packed = new Shrinker({ orient: "exif" });
  using own = new DenoShrinker({ orient: "exif" });
  const cat = await testFile("photos/cat.jpg");
  const [a, b] = [await packed.shrink(cat.slice()), await own.shrink(cat.slice())];
  assert.ok(a?.bytes.toHex() === b?.bytes.toHex());
  assert.equal(a?.mark, "png.224.shortest.bicubic.pillow13.exif.portable");
  assert.equal(b?.mark, a?.mark);
});
