import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { PartFile } from "./part_file.ts";

const sha256 = (...bytes: number[]) =>
  createHash("sha256").update(new Uint8Array(bytes)).digest("hex");

Deno.test("PartFile is gone on with by the next run", async () => {
  await using folder = await temporaryFolder();
  const place = `${folder.path}/w`;
  {
    using part = await PartFile.open(place);
    await part.restart('"v1"');
    await part.append(new Uint8Array([1, 2]));
  }
  using part = await PartFile.open(place);
  assert.deepEqual([part.byteLength, part.etag, part.sha256], [2, '"v1"', sha256(1, 2)]);
  await part.append(new Uint8Array([3]));
  assert.equal(part.sha256, sha256(1, 2, 3));
  await part.finish(place);
  assert.deepEqual(await Deno.readFile(place), new Uint8Array([1, 2, 3]));
  const entries = await Array.fromAsync(Deno.readDir(folder.path));
  assert.deepEqual(entries.map(({ name }) => name), ["w"]);
});

Deno.test("PartFile.restart() forgets the bytes, on disk too", async () => {
  await using folder = await temporaryFolder();
  using part = await PartFile.open(`${folder.path}/w`);
  await part.restart('"v1"');
  await part.append(new Uint8Array([1, 2, 3]));
  await part.restart('"v2"');
  await part.append(new Uint8Array([4]));
  assert.deepEqual([part.byteLength, part.etag, part.sha256], [1, '"v2"', sha256(4)]);
  assert.deepEqual(await Deno.readFile(part.path), new Uint8Array([4]));
});

Deno.test("PartFile keeps nothing across runs under a weak validator or none", async () => {
  for (const etag of ['W/"v1"', undefined]) {
    await using folder = await temporaryFolder();
    const place = `${folder.path}/w`;
    {
      using part = await PartFile.open(place);
      await part.restart('"v0"');
      await part.restart(etag);
      await part.append(new Uint8Array([1, 2]));
      assert.equal(part.etag, undefined);
    }
    using part = await PartFile.open(place);
    assert.deepEqual([part.byteLength, part.sha256], [0, sha256()]);
    assert.equal((await Deno.stat(part.path)).size, 0);
  }
});
