/** What drives a browser, from npm, installed once into the repository's cache; the project itself has none of it. */
import { fileURLToPath } from "node:url";
import { exists } from "../exists.ts";

const CACHE = fileURLToPath(new URL("../../.cache/page", import.meta.url));
const PINNED = {
  "package.json": fileURLToPath(new URL("./npm_packages.json", import.meta.url)),
  "package-lock.json": fileURLToPath(new URL("./npm_lock.json", import.meta.url)),
} as const;
/** Debian's package, and others' of it. */
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * Installs what is pinned, unless that was done before: 18 MB.
 *
 * @returns The folder that holds `node_modules`.
 * @throws {Error} when a package cannot be fetched, or npm is missing.
 */
export async function installDrivers(): Promise<string> {
  const lock = await Deno.readFile(PINNED["package-lock.json"]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", lock)).subarray(0, 6).toHex();
  const target = `${CACHE}/${digest}`;
  if (await exists(`${target}/done`)) return target;
  await Deno.remove(target, { recursive: true }).catch(() => {});
  await Deno.mkdir(target, { recursive: true });
  for (const [name, path] of Object.entries(PINNED)) await Deno.copyFile(path, `${target}/${name}`);
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    cwd: target,
    stdin: "null",
    stdout: "null",
  }).output();
  if (!success) {
    throw new Error(`Cannot install drivers as npm failed: ${new TextDecoder().decode(stderr)}`);
  }
  await Deno.writeTextFile(`${target}/done`, "");
  return target;
}

/** @throws {Error} when there is no browser, which is no reason to skip a test. */
export async function findBrowser(): Promise<string> {
  for (const path of BROWSERS) {
    if (await exists(path)) return path;
  }
  throw new Error("Cannot find Chromium: install Debian's package chromium");
}
