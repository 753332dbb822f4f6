import assert from "node:assert/strict";
import { createRouterTransport } from "@connectrpc/connect";
import { GRPCInferenceService } from "../../../proto/gen/inference_pb.ts";
import { testLinux } from "../../../testing/platform_tests.ts";
import { TritonClient } from "../../../triton/client.ts";
import { ServerMemory } from "./server_memory.ts";

const LIMITS = { timeoutMs: 5000 };

/** A client whose server registers what it is told to. */
function fakeClient(): { readonly client: TritonClient; readonly calls: string[] } {
  const calls: string[] = [];
  const regions: Record<string, { name: string; key: string; byteSize: bigint }> = {};
  const transport = createRouterTransport(({ service }) =>
    service(GRPCInferenceService, {
      systemSharedMemoryStatus: () => ({ regions }),
      systemSharedMemoryRegister: (message) => {
        calls.push("register");
        regions[message.name] = message;
        return {};
      },
      systemSharedMemoryUnregister: () => {
        calls.push("unregister");
        return {};
      },
    })
  );
  return { client: new TritonClient(transport), calls };
}

function createMemory(setting: "auto" | "on" | "off", byteLength = 256): ServerMemory {
  return ServerMemory.create({ client: fakeClient().client, setting, byteLength });
}

testLinux(
  "ServerMemory gives shares of one region, one behind the other, and no more than it has",
  async () => {
    await using memory = createMemory("on");
    const [first, second] = [memory.allocate(64), memory.allocate(128)];
    assert.ok(first.kind === "shared" && second.kind === "shared");
    assert.deepEqual([first.byteOffset, second.byteOffset], [0, 64]);
    assert.deepEqual([first.fd, first.name], [second.fd, second.name]);
    assert.ok(first.isRequired);
    assert.throws(() => memory.allocate(65), {
      name: "RangeError",
      message: "Cannot share 65 bytes with Triton as 64 of the region are free",
    });
  },
);

testLinux("ServerMemory says why there is no region, to every model", async () => {
  await using off = createMemory("off");
  assert.deepEqual(off.allocate(64), { kind: "none", reason: "shared memory is off" });
  await using full = createMemory("auto", 2 ** 50);
  for (const share of [full.allocate(64), full.allocate(2 ** 60)]) {
    assert.ok(share.kind === "none" && /ENOSPC|EFBIG/.test(share.reason));
  }
  assert.throws(() => createMemory("on", 2 ** 50), /GATEWAY_TRITON_SHM=on insists on: /);
});

testLinux(
  "ServerMemory has Triton map the region for each model, and forget it in the end",
  async () => {
    const { client, calls } = fakeClient();
    {
      await using memory = ServerMemory.create({ client, setting: "auto", byteLength: 128 });
      for (const share of [memory.allocate(64), memory.allocate(64)]) {
        assert.ok(share.kind === "shared");
        await share.register(LIMITS);
      }
      // What other processes left is theirs to count.
      assert.deepEqual(calls.filter((call) => call === "register"), ["register", "register"]);
    }
    assert.equal(calls.at(-1), "unregister");
  },
);
