/** The clients from their registries, installed once into the repository's cache; the project itself has none of them. */
import { fileURLToPath } from "node:url";
import { exists } from "../exists.ts";

const CACHE = fileURLToPath(new URL("../../.cache/clients", import.meta.url));
const PINNED = {
  "requirements.txt": fileURLToPath(new URL("./requirements.txt", import.meta.url)),
  "package.json": fileURLToPath(new URL("./npm_packages.json", import.meta.url)),
  "package-lock.json": fileURLToPath(new URL("./npm_lock.json", import.meta.url)),
  "main.go": fileURLToPath(new URL("./weaviate/main.go", import.meta.url)),
  "go.mod": fileURLToPath(new URL("./weaviate/go.mod", import.meta.url)),
  "go.sum": fileURLToPath(new URL("./weaviate/go.sum", import.meta.url)),
} as const;
/** Installs a hundred packages in half a minute, for which pip takes two. */
const UV = "uv==0.13.9";

/** Where clients are imported from. */
export interface ClientInstallation {
  readonly python: string;
  /** Holds `node_modules`. */
  readonly folder: string;
  /** A program that asks by Weaviate's client. */
  readonly weaviate: string;
}

/**
 * Installs what is pinned, unless that was done before: some 1.2 GB, a minute.
 *
 * @throws {Error} when a package cannot be fetched, or Python 3.11 or npm is missing.
 */
export async function installClients(): Promise<ClientInstallation> {
  const target = `${CACHE}/${await fingerprint()}`;
  const installation = {
    python: `${target}/venv/bin/python`,
    folder: target,
    weaviate: `${target}/weaviate`,
  };
  if (await exists(`${target}/done`)) return installation;
  await Deno.remove(target, { recursive: true }).catch(() => {});
  await Deno.mkdir(target, { recursive: true });
  for (const [name, path] of Object.entries(PINNED)) await Deno.copyFile(path, `${target}/${name}`);
  const { python } = installation;
  await Promise.all([
    run(target, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
    run(target, ["python3.11", "-m", "venv", `${target}/venv`])
      .then(() => run(target, [python, "-m", "pip", "install", "--quiet", UV]))
      .then(() =>
        run(target, [python, "-m", "uv", "pip", "install", "-q", "-r", "requirements.txt"])
      )
      .then(() => buildWeaviate(target)),
  ]);
  await Deno.writeTextFile(`${target}/done`, "");
  return installation;
}

/** By the Go that pip installed, which is asked for no other one. */
async function buildWeaviate(target: string): Promise<void> {
  const env = {
    GOPATH: `${target}/go`,
    GOCACHE: `${target}/go/cache`,
    GOFLAGS: "-mod=readonly -modcacherw",
    GOTOOLCHAIN: "local",
  };
  await run(target, [`${target}/venv/bin/go`, "build", "-o", "weaviate", "."], env);
  await Deno.remove(env.GOPATH, { recursive: true });
}

/** Changes when the installation would be another one. */
async function fingerprint(): Promise<string> {
  const texts = await Promise.all(Object.values(PINNED).map((path) => Deno.readTextFile(path)));
  const bytes = new TextEncoder().encode(texts.join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, 6).toHex();
}

async function run(
  cwd: string,
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    stdin: "null",
    env: { PIP_DISABLE_PIP_VERSION_CHECK: "1", VIRTUAL_ENV: `${cwd}/venv`, ...env },
  }).output();
  if (success) return;
  const log = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  throw new Error(`Cannot install clients as ${program} ${args.join(" ")} failed: ${log}`);
}
