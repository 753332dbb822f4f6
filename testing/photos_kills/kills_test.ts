import assert from "node:assert/strict";
import { findTurboJpeg } from "../../preprocess/decode/jpeg/turbojpeg_library.ts";
import { GatewayFront } from "../gateway_front.ts";
import { startGateway } from "../harness.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { seededRandom } from "../mosaic.ts";
import { generatePhotos } from "./generated_photos.ts";
import { scoreGroups } from "./group_score.ts";
import { makeByKilledRuns, runOn } from "./killed_library.ts";
import { differences, readContent } from "./library_content.ts";

const ENV = { GATEWAY_ISOLATES: "1", GATEWAY_MODEL_THREADS: "1", GATEWAY_DECODE_WORKERS: "1" };

Deno.test({
  name: "photos all, killed again and again, makes the library of an undisturbed run",
  // Photos are encoded by it.
  ignore: Deno.build.os === "windows" || findTurboJpeg().path === undefined,
  fn: async () => {
    await using folder = await temporaryFolder();
    const plan = await generatePhotos(folder.path, 200);
    await using gateway = await startGateway();
    await using front = new GatewayFront(gateway.url);
    const common = { folder: folder.path, front, env: ENV };
    const calm = { ...common, name: ".calm", mode: "local" } as const;
    const { code, out, seconds } = await runOn(calm, "all");
    assert.equal(code, 0);
    const found = out.trimEnd().split("\n").slice(1).map((line) =>
      (JSON.parse(line).photos as string[]).map((path) => path.slice(folder.path.length + 1))
    );
    assert.deepEqual(scoreGroups(plan, found), { precision: 1, recall: 1 });
    const expected = readContent(`${folder.path}/.calm`);
    for (const mode of ["local", "auto"] as const) {
      const run = { ...common, name: `.${mode}`, mode };
      const random = seededRandom(Date.now());
      await makeByKilledRuns(run, { kills: 3, undisturbedMs: seconds * 1000, random });
      const content = readContent(`${folder.path}/.${mode}`);
      assert.deepEqual(differences(expected, content), []);
    }
  },
});

Deno.test("scoreGroups() counts pairs", () => {
  const plan = [["a", "b", "c"], ["d", "e"], ["f"]];
  assert.deepEqual(scoreGroups(plan, [["a", "b"], ["d", "e", "f"]]), {
    precision: 2 / 4,
    recall: 2 / 4,
  });
  assert.deepEqual(scoreGroups(plan, []), { precision: 1, recall: 0 });
});
