/** Images of this checkout, made without a builder, and of a Triton that needs no GPU. */
import { fileURLToPath } from "node:url";
import { fillBackendFolder } from "../triton/backend_folder.ts";
import { installTriton, type TritonInstallation } from "../triton/installation.ts";
import { type ImageConfig, parseCopy, parseDockerfile } from "./dockerfile.ts";
import { writeImageArchive } from "./image_archive.ts";
import { buildImageRoot } from "./image_root.ts";
import { run } from "../run.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Where images are made. */
export interface ImageWorkshop {
  /** Absolute path of what `build.sh` filled. */
  readonly home: string;
  /** As `--build-arg` would give them. */
  readonly args: Readonly<Record<string, string>>;
  readonly say: (text: string) => void;
}

/** An image, by the name that deploy/kubernetes has for it. */
interface Recipe {
  readonly name: string;
  readonly tag: string;
  readonly dockerfile: string;
  /** Makes its root; how it is to be started. */
  make(workshop: ImageWorkshop, context: string): Promise<ImageConfig>;
}

const RECIPES: readonly Recipe[] = [
  {
    name: "gateway",
    tag: "docker.io/library/triton-edge-gateway:local",
    dockerfile: "Dockerfile.gateway",
    make: makeGateway,
  },
  {
    name: "triton",
    tag: "docker.io/library/triton-edge-gateway-triton:local",
    dockerfile: "Dockerfile.triton",
    make: makeTriton,
  },
];

/** Writes those archives that are not there yet, or were made of other files. */
export async function buildImages(workshop: ImageWorkshop): Promise<void> {
  const { home, say } = workshop;
  await writeImageArchive(
    {
      root: `${home}/roots/pause`,
      tag: "docker.io/local/pause:1",
      config: { Entrypoint: ["/pause"], User: "65535:65535" },
    },
    `${home}/images/pause.tar`,
  );
  for (const { name, tag, dockerfile, make } of RECIPES) {
    const context = `${home}/context/${name}`;
    await fillContext(context, dockerfile);
    const stamp = `${home}/built/image-${name}`;
    const digest = await folderDigest(context);
    if (await Deno.readTextFile(stamp).catch(() => "") === digest) continue;
    const startedMs = performance.now();
    const image = { root: `${home}/roots/${name}`, tag, config: await make(workshop, context) };
    await writeImageArchive(image, `${home}/images/${name}.tar`);
    await Deno.writeTextFile(stamp, digest);
    say(`built image ${tag} in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  }
}

/** Copies what a Dockerfile copies, and git knows, or would: built models and keys that lie about are none of an image's. */
async function fillContext(context: string, dockerfile: string): Promise<void> {
  await Deno.remove(context, { recursive: true }).catch(() => {});
  await Deno.mkdir(context, { recursive: true });
  const copied = parseDockerfile(await Deno.readTextFile(`${REPOSITORY}${dockerfile}`))
    .filter(({ name }) => name === "COPY").flatMap(({ value }) => parseCopy(value).sources);
  const listed = await run(
    ["git", "-C", REPOSITORY, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
      .concat(dockerfile, copied),
  );
  const paths = listed.split("\0").filter((path) => path !== "" && !path.endsWith("_test.ts"));
  await run(["cp", "-a", "--parents", ...new Set(paths), context], { cwd: REPOSITORY });
}

/** Of every file's path, mode and content. */
async function folderDigest(folder: string): Promise<string> {
  const options = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0"];
  const tar = ["tar", ...options, "-C", folder, "-cf", "-", "."].join(" ");
  const [digest = ""] = (await run(["sh", "-c", `${tar} | sha256sum`])).split(" ", 1);
  return digest;
}

/** A fresh copy of a root, for a Dockerfile to be played in. */
async function copyRoot(home: string, from: string, to: string): Promise<string> {
  const root = `${home}/roots/${to}`;
  await run(["rm", "-rf", "--one-file-system", root]);
  await run(["cp", "-a", `${home}/roots/${from}`, root]);
  return root;
}

/** What its base image has beside Debian: this Deno, and tini. */
async function makeGateway(workshop: ImageWorkshop, context: string): Promise<ImageConfig> {
  const { home, args } = workshop;
  const root = await copyRoot(home, "debian", "gateway");
  await Deno.copyFile(Deno.execPath(), `${root}/usr/bin/deno`);
  await Deno.copyFile(`${home}/debian/usr/bin/tini-static`, `${root}/tini`);
  const dockerfile = "Dockerfile.gateway";
  const config = await buildImageRoot({ root, context, dockerfile, env: [PATH], args });
  await run(["rm", "-f", `${root}/etc/resolv.conf`]);
  return config;
}

/**
 * The wheel's Triton, where NVIDIA's image has its own. What only this server needs, as it has no GPU and Debian's Python,
 * a program in its place adds.
 */
async function makeTriton(workshop: ImageWorkshop, context: string): Promise<ImageConfig> {
  const { home, args, say } = workshop;
  const installation = await installTriton({ report: say });
  const root = await copyRoot(home, "debian-python", "triton");
  await placeTriton(root, installation);
  const env = [`PATH=/opt/tritonserver/bin:${PATH.slice(5)}`, "LD_LIBRARY_PATH=/opt/libraries"];
  const dockerfile = "Dockerfile.triton";
  const config = await buildImageRoot({ root, context, dockerfile, env, args });
  await run(["rm", "-f", `${root}/etc/resolv.conf`]);
  return config;
}

async function placeTriton(root: string, installation: TritonInstallation): Promise<void> {
  const { server, libraryFolder } = installation;
  const packages = libraryFolder.slice(0, libraryFolder.lastIndexOf("/"));
  const ours = `${root}/usr/local/lib/python3.11/dist-packages`;
  const at = `${root}/opt/tritonserver`;
  await Deno.mkdir(ours, { recursive: true });
  await run(["cp", "-a", `${packages}/.`, ours]);
  await run(["mv", `${ours}/pytriton/tritonserver`, at]);
  await run(["mv", `${ours}/nvidia_pytriton.libs`, `${root}/opt/libraries`]);
  await run(["mv", `${at}/bin/${server.split("/").at(-1)}`, `${at}/bin/tritonserver.wheel`]);
  await fillBackendFolder(`${root}/opt/backends`, installation);
  const options =
    "--backend-directory=/opt/backends --allow-gpu-metrics=false --pinned-memory-pool-byte-size=0";
  await writeProgram(`${at}/bin/tritonserver`, `exec tritonserver.wheel ${options} "$@"`);
  await Deno.mkdir(`${root}/opt/nvidia`, { recursive: true });
  await writeProgram(`${root}/opt/nvidia/nvidia_entrypoint.sh`, 'exec "$@"');
}

async function writeProgram(path: string, line: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${line}\n`);
  await Deno.chmod(path, 0o755);
}
