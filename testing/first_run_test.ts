/** What a stranger's first command fetches and prints. */
import assert from "node:assert/strict";
import { TASKS } from "./task.ts";

/** Packages that are locked, by name and version. */
async function lockedPackages(path = "deno.lock"): Promise<Record<string, { scripts?: boolean }>> {
  return JSON.parse(await read(path)).npm;
}

const nameOf = (id: string) => id.slice(0, id.indexOf("@", 1));

const read = (path: string) => Deno.readTextFile(new URL(`../${path}`, import.meta.url));

/** Of checks alone, with a lock of their own (tools/toolchain.json): they bring dozens of packages. */
const APART = ["dclint", "knip", "typescript", "assemblyscript"];

/** Of tests and checks, as testing/deno.lock has them: fast-check, fake timers, yaml, and what these need. */
const TESTS_OWN = [
  ...["@sinonjs/commons", "@sinonjs/fake-timers", "fast-check", "pure-rand", "type-detect", "yaml"],
];

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
  const names = Object.keys(packages).map(nameOf);
  assert.deepEqual(names.filter((name) => APART.includes(name)), []);
  const scripted = Object.keys(packages).filter((id) => packages[id]?.scripts === true);
  const { allowScripts } = JSON.parse(await read("deno.json"));
  assert.deepEqual(
    scripted.map((id) => `npm:${nameOf(id)}`).sort(),
    [...allowScripts.deny].sort(),
  );
});

Deno.test("tests run on what users fetch, byte for byte, and their own libraries are locked apart", async () => {
  const [users, tests] = [await lockedPackages(), await lockedPackages("testing/deno.lock")];
  const isOwn = ([id]: [string, unknown]) => TESTS_OWN.includes(nameOf(id));
  const shared = Object.entries(tests).filter((entry) => !isOwn(entry));
  assert.deepEqual(Object.fromEntries(shared), users);
  // Each once: an older one that no file names any more would stay in the lock file, and be fetched.
  assert.deepEqual(Object.entries(tests).filter(isOwn).map(([id]) => nameOf(id)).sort(), TESTS_OWN);
});

Deno.test("of what users run, the tests alone fetch the tests' libraries", () => {
  const ofUsers = Object.entries(TASKS).filter(([, { description }]) => !/^\w+:/.test(description));
  const fetching = ofUsers.filter(([, { command }]) => command.includes("testing/deno.lock"));
  assert.deepEqual(fetching.map(([name]) => name), ["test"]);
});
