import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { fileSha256 } from "./file_sha256.ts";

Deno.test("fileSha256() reads files longer than its buffer", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/long`;
  const bytes = Uint8Array.from({ length: 2_500_000 }, (_, index) => index >> 3);
  await Deno.writeFile(path, bytes);
  assert.equal(await fileSha256(path), createHash("sha256").update(bytes).digest("hex"));
});
