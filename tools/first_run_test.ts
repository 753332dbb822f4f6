/** What a stranger's first command fetches and prints. */
import assert from "node:assert/strict";
import { parseLockFile } from "./lock_file.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../${path}`, import.meta.url));

/** Of checks alone, with a lock of their own (tools/toolchain.json): they bring dozens of packages. */
const APART = ["dclint", "knip", "typescript", "assemblyscript"];

Deno.test("README's first commands are quiet, and it says how much the first one fetches", async () => {
  const readme = await read("README.md");
  const [demo, start] = [...readme.matchAll(/^npx -y deno@\S+ task (.*)$/gm)].map(([, rest]) =>
    rest
  );
  assert.deepEqual([demo, start], ["-q demo", "-q start"]);
  // Deno installs whatever the lock file has, imported or not.
  const packages = parseLockFile(await read("deno.lock"));
  assert.match(readme, new RegExp(`The first run fetches ${packages.length} packages \\(`));
});

Deno.test("no package is fetched for a check alone, and none asks whether its script may run", async () => {
  const lock = await read("deno.lock");
  const names = parseLockFile(lock).map(({ name }) => name);
  assert.deepEqual(names.filter((name) => APART.includes(name)), []);
  const { npm } = JSON.parse(lock) as { npm: Record<string, { scripts?: boolean }> };
  const scripted = Object.keys(npm).filter((id) => npm[id]?.scripts === true);
  const { allowScripts } = JSON.parse(await read("deno.json"));
  assert.deepEqual(
    scripted.map((id) => `npm:${id.slice(0, id.lastIndexOf("@"))}`).sort(),
    [...allowScripts.deny].sort(),
  );
});
