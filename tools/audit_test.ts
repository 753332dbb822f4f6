/** Against a server that answers as the registry does. */
import assert from "node:assert/strict";
import { audit } from "./audit.ts";
import type { LockedPackage } from "./lock_file.ts";

const PACKAGES: readonly LockedPackage[] = ["1.0.0", "2.0.0"].map((version) => ({
  name: "@a/b",
  version,
  integrity: "sha512-AA==",
  dependencies: [],
}));

async function withRegistry(answer: (asked: unknown) => Response) {
  let path = "";
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      path = new URL(request.url).pathname;
      return answer(await request.json());
    },
  );
  const result = await audit(PACKAGES, `http://127.0.0.1:${server.addr.port}/`);
  return { path, result };
}

Deno.test("audit() asks about every version, and says what the registry knows", async () => {
  const { path, result } = await withRegistry((asked) => {
    assert.deepEqual(asked, { "@a/b": ["1.0.0", "2.0.0"] });
    return Response.json({
      "@a/b": [{ url: "https://x/1", title: "Bad", severity: "high", vulnerable_versions: "<2" }],
    });
  });
  assert.equal(path, "/-/npm/v1/security/advisories/bulk");
  assert.deepEqual(result, { found: ["@a/b <2 (high): Bad, https://x/1"] });
});

Deno.test("audit() finds nothing where the registry knows of nothing", async () => {
  assert.deepEqual((await withRegistry(() => Response.json({}))).result, { found: [] });
});

Deno.test("audit() says so when the registry refuses, and takes it for no answer", async () => {
  const { result } = await withRegistry(() => new Response("no", { status: 405 }));
  assert.deepEqual(result, { unavailable: "the registry answered 405" });
});

Deno.test("audit() says so when the registry sends no JSON, or is not there", async () => {
  const { result } = await withRegistry(() => new Response("<html>"));
  assert.ok("unavailable" in result);
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${gone.addr.port}/`;
  gone.close();
  assert.ok("unavailable" in await audit(PACKAGES, url));
});
