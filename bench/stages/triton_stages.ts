/** The stages that need a Triton: writing to shared memory, and the call, both ways that tensors can go. */
import { itemByteLength, type ModelManifest } from "../../models/contract/manifest.ts";
import { TritonClient } from "../../triton/client.ts";
import { PosixShm } from "../../triton/posix_shm.ts";
import { SharedMemoryRegion } from "../../triton/shared_memory.ts";
import { TritonTransport } from "../../triton/transport.ts";
import type { StageTiming } from "./gateway_stages.ts";
import { measure } from "./measure.ts";

const LIMITS = { timeoutMs: 10_000 };

/** Times them against a running Triton on this machine. */
export async function tritonStages(
  grpcUrl: string,
  manifest: ModelManifest,
): Promise<StageTiming[]> {
  await using stack = new AsyncDisposableStack();
  const client = new TritonClient(stack.use(new TritonTransport({ url: grpcUrl })));
  const shm = stack.use(new PosixShm());
  const byteLength = itemByteLength(manifest.input);
  const region = stack.use(
    SharedMemoryRegion.create({ shm, client, prefix: "bench-stages", byteLength }),
  );
  await region.register(LIMITS);
  const bytes = new Uint8Array(new Float32Array(byteLength / 4).fill(0.5).buffer);
  const { name, datatype, shape } = manifest.input;
  const spec = { name, datatype, shape: [1, ...shape] };
  const outputs = [{ ...manifest.output, shape: [1, ...manifest.output.shape] }];
  const infer = (input: { readonly bytes: Uint8Array } | { readonly region: string }) => {
    const inputs = [
      "bytes" in input ? { ...spec, ...input } : { ...spec, ...input, byteOffset: 0 },
    ];
    return client.infer({ model: manifest.name, inputs, outputs }, LIMITS);
  };
  const write = await measure(() => region.write(bytes, 0));
  const shared = await measure(() => infer({ region: region.name }));
  const inline = await measure(() => infer({ bytes }));
  return [
    { stage: "copy a tensor to shared memory", ...write },
    { stage: "call Triton, shared memory", ...shared },
    { stage: "call Triton, tensor inline", ...inline },
  ];
}
