import assert from "node:assert/strict";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { writeImageArchive } from "./image_archive.ts";
import { run } from "../run.ts";

Deno.test({
  name: "writeImageArchive() writes a layer, its digest and how it starts",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const root = `${folder.path}/root`;
    await Deno.mkdir(`${root}/proc`, { recursive: true });
    await Deno.writeTextFile(`${root}/proc/1`, "the machine's");
    await Deno.writeTextFile(`${root}/program`, "#!/bin/sh\n");
    const path = `${folder.path}/image.tar`;
    await writeImageArchive({ root, tag: "local/a:1", config: { Entrypoint: ["/program"] } }, path);
    await run(["tar", "-C", folder.path, "-xf", path]);
    const read = async (name: string) =>
      JSON.parse(await Deno.readTextFile(`${folder.path}/${name}`));
    const [{ RepoTags, Config, Layers: [layer] }] = await read("manifest.json");
    assert.deepEqual(RepoTags, ["local/a:1"]);
    const { config, rootfs } = await read(Config);
    assert.deepEqual(config, { Entrypoint: ["/program"] });
    const [digest] = (await run(["sha256sum", `${folder.path}/${layer}`])).split(" ", 1);
    assert.deepEqual(rootfs.diff_ids, [`sha256:${digest}`]);
    const listed = await run(["tar", "-tf", `${folder.path}/${layer}`]);
    assert.deepEqual(listed.trim().split("\n").sort(), ["./", "./proc/", "./program"]);
  },
});
