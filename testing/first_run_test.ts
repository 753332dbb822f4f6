/** What a stranger's first command fetches and prints. */
import assert from "node:assert/strict";

/** Packages that are locked, by name and version. */
async function lockedPackages(): Promise<Record<string, { scripts?: boolean }>> {
  return JSON.parse(await read("deno.lock")).npm;
}

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
  const count = Object.keys(await lockedPackages()).length;
  assert.match(readme, new RegExp(`The first run fetches\\s${count}\\spackages \\(`));
});

Deno.test("no package is fetched for a check alone, and none asks whether its script may run", async () => {
  const packages = await lockedPackages();
  const nameOf = (id: string) => id.slice(0, id.indexOf("@", 1));
  const names = Object.keys(packages).map(nameOf);
  assert.deepEqual(names.filter((name) => APART.includes(name)), []);
  const scripted = Object.keys(packages).filter((id) => packages[id]?.scripts === true);
  const { allowScripts } = JSON.parse(await read("deno.json"));
  assert.deepEqual(
    scripted.map((id) => `npm:${nameOf(id)}`).sort(),
    [...allowScripts.deny].sort(),
  );
});
