/** Plays a Dockerfile in a folder with a Linux inside, as a builder would in a container. */
import { resolve } from "node:path";
import {
  type ImageConfig,
  parseCopy,
  parseDockerfile,
  planImage,
  type Step,
} from "./dockerfile.ts";
import { run } from "../run.ts";

/** What is built, and from what. */
export interface ImageRoot {
  /** Absolute path of the folder that becomes the image's root: the base image's content, which this changes. */
  readonly root: string;
  /** Absolute path of the build context. */
  readonly context: string;
  /** The Dockerfile's name in it. */
  readonly dockerfile: string;
  /** Variables of the base image, `NAME=VALUE` each. */
  readonly env: readonly string[];
  readonly args: Readonly<Record<string, string>>;
}

/**
 * Plays every `COPY` and `RUN`; how the image is to be started. Needs root.
 *
 * @throws {Error} when a command fails.
 */
export async function buildImageRoot(image: ImageRoot): Promise<ImageConfig> {
  const text = await Deno.readTextFile(`${image.context}/${image.dockerfile}`);
  const { steps, config } = planImage(parseDockerfile(text), { Env: image.env }, image.args);
  await Deno.mkdir(`${image.root}/proc`, { recursive: true });
  await run(["mount", "-t", "proc", "proc", `${image.root}/proc`]);
  await run(["mount", "--bind", "/dev", `${image.root}/dev`]);
  try {
    for (const step of steps) {
      await Deno.mkdir(`${image.root}${step.workingDir}`, { recursive: true });
      await (step.instruction.name === "RUN" ? runStep(image, step) : copyStep(image, step));
    }
  } finally {
    await run(["umount", `${image.root}/dev`, `${image.root}/proc`]);
  }
  return config;
}

async function runStep({ root }: ImageRoot, { instruction, workingDir, env }: Step): Promise<void> {
  const script = `cd ${workingDir} && ${instruction.value}`;
  // The network may be behind a proxy that opens TLS: the root's own authorities are those of this machine.
  const variables = ["HOME=/root", "DENO_TLS_CA_STORE=system", ...env];
  await run(
    [
      "chroot",
      root,
      "/usr/bin/env",
      "-i",
      ...variables,
      "/bin/bash",
      "-o",
      "pipefail",
      "-c",
      script,
    ],
  );
}

async function copyStep(image: ImageRoot, { instruction, workingDir }: Step): Promise<void> {
  const { sources, target, mode, owner } = parseCopy(instruction.value);
  const path = `${image.root}${resolve(workingDir, target)}`;
  // Several files, or a path that ends so, go into a folder; one folder's content goes where the target says.
  const isInto = sources.length > 1 || target.endsWith("/");
  for (const source of sources) {
    const from = `${image.context}/${source}`;
    const { isDirectory } = await Deno.stat(from);
    const to = isInto && !isDirectory ? `${path}/${source.split("/").at(-1)}` : path;
    await Deno.mkdir(isDirectory ? to : to.slice(0, to.lastIndexOf("/")), { recursive: true });
    await run(["cp", "-a", "--no-preserve=ownership", isDirectory ? `${from}/.` : from, to]);
    if (mode !== undefined) await run(["chmod", "-R", mode, to]);
    if (owner !== undefined) await run(["chown", "-R", owner, to]);
  }
}
