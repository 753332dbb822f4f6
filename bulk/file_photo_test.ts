import assert from "node:assert/strict";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { readFilePhoto } from "./file_photo.ts";

Deno.test("readFilePhoto() reads a file, and says what is wrong with a path", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/a`, Uint8Array.of(1, 2, 3));
  assert.deepEqual(await readFilePhoto(`${folder.path}/a`, 3), Uint8Array.of(1, 2, 3));
  for (
    const [name, bytesMax, code] of [
      ["a", 2, "body_too_large"],
      ["b", 3, "not_found"],
      ["", 3, "not_found"],
    ] as const
  ) {
    await assert.rejects(readFilePhoto(`${folder.path}/${name}`, bytesMax), { code });
  }
  // No fault of a photo: somebody has to look at the disk.
  await assert.rejects(
    readFilePhoto(`${folder.path}/a/b`, 3),
    (error) => !("code" in Object(error)) || Object(error).code !== "not_found",
  );
});
