/** Names that no name server is asked for (RFC 6761), so that it needs none. */
import assert from "node:assert/strict";
import { systemNetwork } from "./system_network.ts";

const { resolve, isPublic, roots } = systemNetwork();
const NEVER = new AbortController().signal;

Deno.test("systemNetwork() resolves names to addresses of IPv4, and unknown ones to none", async () => {
  assert.deepEqual(await resolve("localhost", NEVER), ["127.0.0.1"]);
  assert.deepEqual(await resolve("no-such-name.invalid", NEVER), []);
});

Deno.test("systemNetwork() takes nothing of this machine for public, and knows authorities", () => {
  assert.equal(isPublic("127.0.0.1"), false);
  assert.equal(isPublic("8.8.8.8"), true);
  assert.ok(roots.length > 100 && roots.every((root) => root.startsWith("-----BEGIN")));
});

Deno.test("systemNetwork() asks no longer than its signal allows", async () => {
  await assert.rejects(resolve("photos.example", AbortSignal.abort()), {
    name: "AbortError",
  });
});
