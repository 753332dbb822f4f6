/** Writes an image of one layer, as `docker save` would, for a runtime to import. */
import type { ImageConfig } from "./dockerfile.ts";
import { run } from "../run.ts";

/** An image's content and names. */
export interface Image {
  /** Absolute path of the folder that is its root; owners and modes are kept. */
  readonly root: string;
  /** `REGISTRY/NAME:TAG` */
  readonly tag: string;
  readonly config: Partial<ImageConfig>;
}

/** Folders whose content is the machine's. */
const MOUNTED = ["proc", "sys", "dev"];

/** Writes the archive, whole or not at all. Needs to read every file of the root. */
export async function writeImageArchive(image: Image, path: string): Promise<void> {
  const folder = `${path}.partial`;
  await Deno.mkdir(folder, { recursive: true });
  try {
    const excluded = MOUNTED.map((name) => `--exclude=./${name}/*`);
    const layer = `${folder}/layer.tar`;
    await run(["tar", "--numeric-owner", ...excluded, "-C", image.root, "-cf", layer, "."]);
    const [digest] = (await run(["sha256sum", layer])).split(" ", 1);
    const config = JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: image.config,
      rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
      history: [{ created_by: "deno task cluster" }],
    });
    await Deno.writeTextFile(`${folder}/config.json`, config);
    const manifest = [{ Config: "config.json", RepoTags: [image.tag], Layers: ["layer.tar"] }];
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(manifest));
    const names = ["manifest.json", "config.json", "layer.tar"];
    await run(["tar", "-C", folder, "-cf", `${path}.new`, ...names]);
    await Deno.rename(`${path}.new`, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
