import assert from "node:assert/strict";
import { lockToRegistry, NPM } from "./registry_lock.ts";

const LOCK = await Deno.readTextFile(new URL("../../deno.lock", import.meta.url));
const MIRROR = "https://npm.example.org/mirror";

Deno.test("lockToRegistry() takes every package from the mirror, and keeps its digest", () => {
  const original = JSON.parse(LOCK).npm;
  const { npm } = JSON.parse(lockToRegistry(LOCK, MIRROR));
  assert.deepEqual(Object.keys(npm), Object.keys(original));
  for (const [id, { tarball, ...rest }] of Object.entries<{ tarball: string }>(npm)) {
    assert.ok(tarball.startsWith(`${MIRROR}/`), tarball);
    assert.deepEqual(rest, original[id]);
  }
  assert.equal(npm["hono@4.13.19"].tarball, `${MIRROR}/hono/-/hono-4.13.19.tgz`);
});

Deno.test("lockToRegistry() reads scopes, and ids with peers", () => {
  const id = "@a/b@1.2.3-rc.1_@c+d@4.5.6";
  const lock = JSON.stringify({ npm: { [id]: { integrity: "sha512-x" } } });
  assert.deepEqual(JSON.parse(lockToRegistry(lock, `${MIRROR}/`)).npm[id], {
    integrity: "sha512-x",
    tarball: `${MIRROR}/@a/b/-/b-1.2.3-rc.1.tgz`,
  });
});

Deno.test("lockToRegistry() leaves npm's own registry alone", () => {
  assert.equal(lockToRegistry(LOCK, NPM), LOCK);
  assert.equal(lockToRegistry(LOCK, NPM.slice(0, -1)), LOCK);
});

Deno.test("lockToRegistry() refuses what is no URL", () => {
  assert.throws(() => lockToRegistry(LOCK, "npm.example.org"), /must be an http or https URL/);
});
