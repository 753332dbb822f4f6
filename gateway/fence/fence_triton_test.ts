import assert from "node:assert/strict";
import { startChild } from "../../testing/child_gateway.ts";
import { testFile } from "../../testing/harness.ts";
import { RealTriton } from "../../testing/real_triton.ts";

Deno.test("a fenced gateway finds Triton, shares memory with it, and gives that back", async () => {
  await using triton = await RealTriton.start();
  await using child = await startChild({
    env: {
      GATEWAY_ENGINE: "triton",
      GATEWAY_FENCE: "auto",
      GATEWAY_ISOLATES: "2",
      GATEWAY_TRITON_SHM: "on",
      GATEWAY_TRITON_URL: triton.process.grpcUrl,
    },
  });
  const info = await (await fetch(`${child.url}/info`)).json();
  assert.equal(info.engine.tensorPath, "shared_memory");
  const body = await testFile("photos/cat.jpg");
  for (let round = 0; round < 8; round++) {
    const headers = { "content-type": "image/jpeg" };
    const response = await fetch(`${child.url}/embed`, { method: "POST", headers, body });
    assert.equal((await response.json()).embedding.length, 512);
  }
  child.process.kill("SIGTERM");
  assert.equal((await child.process.status).code, 0);
  const left = await Array.fromAsync(Deno.readDir("/dev/shm"), ({ name }) => name);
  assert.deepEqual(left.filter((name) => name.includes(`_${child.process.pid}_`)), []);
});
