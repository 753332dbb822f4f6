/** The packages as users get them: our tarball in Node's modules, our wheel in a venv, and what bundles for browsers. */
import { fileURLToPath } from "node:url";
import { packClient } from "../../client/npm/pack_main.ts";
import { exists } from "../exists.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CACHE = `${ROOT}.cache/sdk`;
const PINNED = {
  "requirements.txt": `${ROOT}testing/sdk/requirements.txt`,
  "package.json": `${ROOT}testing/sdk/npm_packages.json`,
  "package-lock.json": `${ROOT}testing/sdk/npm_lock.json`,
} as const;
/** Debian's package, and others' of it. */
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const UV = "uv==0.13.9";

/** Where clients are. */
export interface SdkInstallation {
  /** Has our wheel and httpx. */
  readonly python: string;
  /** Its `node_modules` holds our tarball, esbuild and Playwright. */
  readonly folder: string;
}

/**
 * Packs both clients and installs them, with tools that are installed once into the repository's cache: 60 MB.
 *
 * @throws {Error} when a package cannot be fetched, or Python 3.11 or npm is missing.
 */
export async function installSdks(): Promise<SdkInstallation> {
  const folder = `${CACHE}/${await fingerprint()}`;
  const python = `${folder}/venv/bin/python`;
  if (!await exists(`${folder}/done`)) await installTools(folder, python);
  const wheels = `${folder}/wheels`;
  await Deno.remove(wheels, { recursive: true }).catch(() => {});
  await Promise.all([
    packClient(ROOT, `${folder}/tarball`).then((tarball) => unpack(folder, tarball)),
    runTool({
      cwd: folder,
      program: python,
      args: [
        ...["-m", "uv", "build", "-q", "--wheel", "--no-build-isolation", "--python", python],
        ...["--out-dir", wheels, `${ROOT}client/python`],
      ],
    }).then(() =>
      runTool({
        cwd: folder,
        program: python,
        args: [
          ...["-m", "uv", "pip", "install", "-q", "--no-deps", "--reinstall", "--no-index"],
          ...["--find-links", wheels, "triton-edge-client"],
        ],
      })
    ),
  ]);
  return { python, folder };
}

async function installTools(folder: string, python: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, path] of Object.entries(PINNED)) await Deno.copyFile(path, `${folder}/${name}`);
  await Promise.all([
    runTool({
      cwd: folder,
      program: "npm",
      args: ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    }),
    runTool({ cwd: folder, program: "python3.11", args: ["-m", "venv", `${folder}/venv`] })
      .then(() =>
        runTool({ cwd: folder, program: python, args: ["-m", "pip", "install", "--quiet", UV] })
      )
      .then(() =>
        runTool({
          cwd: folder,
          program: python,
          args: ["-m", "uv", "pip", "install", "-q", "-r", "requirements.txt"],
        })
      ),
  ]);
  await Deno.writeTextFile(`${folder}/done`, "");
}

/** As npm would: it has no dependencies, and the lock is not to name a file that changes. */
async function unpack(folder: string, tarball: string): Promise<void> {
  await runTool({
    cwd: folder,
    program: "npm",
    args: [
      ...["install", "--no-save", "--no-package-lock", "--prefer-offline", "--ignore-scripts"],
      ...["--no-audit", "--no-fund", tarball],
    ],
  });
}

/** @throws {Error} when there is no browser, which is no reason to skip a test. */
export async function findBrowser(): Promise<string> {
  for (const path of BROWSERS) {
    if (await exists(path)) return path;
  }
  throw new Error("Cannot find Chromium: install Debian's package chromium");
}

/** Changes when the tools would be others. */
async function fingerprint(): Promise<string> {
  const texts = await Promise.all(Object.values(PINNED).map((path) => Deno.readTextFile(path)));
  const bytes = new TextEncoder().encode(texts.join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, 6).toHex();
}

/** A program to run. */
interface Tool {
  readonly cwd: string;
  readonly program: string;
  readonly args: readonly string[];
  /** On its standard input. */
  readonly input?: string;
}

/** Runs a program to its end and gives its output. @throws {Error} */
export async function runTool({ cwd, program, args, input = "" }: Tool): Promise<string> {
  const child = new Deno.Command(program, {
    args: [...args],
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { PIP_DISABLE_PIP_VERSION_CHECK: "1", VIRTUAL_ENV: `${cwd}/venv` },
  }).spawn();
  const fed = new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await fed;
  const [said, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`${program} ${args.join(" ")} failed: ${complaint}\n${said}`);
  return said ?? "";
}
