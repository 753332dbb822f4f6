/** The example of Ray Data, run by a local Ray against a gateway of this process. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { EmbeddingClient } from "../../client/embedding_client.ts";
import { mergedRows } from "../bulk_kills/merged_rows.ts";
import { startGateway, testFile } from "../harness.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { pythonEnvironment } from "../python_environment.ts";

const programs = await pythonEnvironment("ray", new URL("./requirements.txt", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../../bulk/ray_data.py", import.meta.url));
const COPIES = 40;

Deno.test("bulk/ray_data.py writes what the gateway says of every photo of a folder", async () => {
  await using gateway = await startGateway();
  await using folder = await temporaryFolder();
  const photos = `${folder.path}/photos`;
  await Deno.mkdir(photos);
  const cat = await testFile("photos/cat.jpg");
  for (let copy = 0; copy < COPIES; copy++) await Deno.writeFile(`${photos}/${copy}.jpg`, cat);
  await Deno.writeFile(`${photos}/broken.jpg`, cat.slice(0, 3000));
  const { success, stderr } = await new Deno.Command(`${programs}/python`, {
    args: [EXAMPLE, gateway.url, photos, `${folder.path}/out`],
    env: { RAY_USAGE_STATS_ENABLED: "0", PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const rows = await mergedRows(`${folder.path}/out`);
  const names = Array.from({ length: COPIES }, (_, copy) => `${photos}/${copy}.jpg`);
  const ids = [...names, `${photos}/broken.jpg`].sort();
  assert.deepEqual(rows.map(({ id }) => id).sort(), ids);
  const { vector, preprocessId, modelDigest, space } = await new EmbeddingClient({
    url: gateway.url,
  }).embed(cat);
  for (const row of rows) {
    const isBroken = row.id.endsWith("broken.jpg");
    assert.equal(row.status, isBroken ? "invalid_image" : "ok");
    assert.deepEqual(row.embedding ?? undefined, isBroken ? undefined : [...vector]);
    const ids = [row.preprocess_id, row.model_digest, row.embedding_space];
    assert.deepEqual(ids, [preprocessId, modelDigest, space]);
  }
});
