import assert from "node:assert/strict";
import { assertReachable } from "./reachable.ts";

Deno.test("assertReachable() takes servers that are there, and names the first that is not", async () => {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = server.addr;
  await assertReachable([`http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}`]);
  server.close();
  await assert.rejects(
    assertReachable([`http://127.0.0.1:${port}`]),
    new RegExp(`^Error: Cannot reach http://127\\.0\\.0\\.1:${port}: Connection refused`),
  );
});
