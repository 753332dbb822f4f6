// deno-lint-ignore-file no-console
/**
 * A stand-in for Triton with simulated GPUs: speaks its gRPC protocol, computes nothing, takes time.
 *
 * Every embedding is the golden one, so that a gateway's self-test passes. Shared memory is accepted and not read.
 * Prints the URL it listens on and ends with SIGTERM.
 */
import { create } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import type { ModelManifest } from "../../models/contract/manifest.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import {
  GRPCInferenceService,
  type ModelInferRequest,
  ModelInferResponseSchema,
} from "../../proto/gen/inference_pb.ts";
import { Alarm } from "../timing/alarm.ts";
import { type GpuOptions, SimulatedGpus } from "./gpus.ts";

const REPOSITORY = new URL("../../model_repository/", import.meta.url);

const WINDOW_BYTES = 16 * 2 ** 20;

interface ServedModel {
  readonly manifest: ModelManifest;
  /** Bytes of one embedding. */
  readonly embedding: Uint8Array;
}

async function readModel(name: string): Promise<ServedModel> {
  const folder = new ModelFolder(REPOSITORY, name);
  const golden = await folder.golden();
  return {
    manifest: await folder.manifest(),
    embedding: new Uint8Array(Float32Array.from(golden.embedding).buffer),
  };
}

function routes({ manifest, embedding }: ServedModel, gpus: SimulatedGpus) {
  const regions: Record<string, { name: string; key: string; offset: bigint; byteSize: bigint }> =
    {};
  const metadata = ({ name, datatype, shape }: ModelManifest["input"]) => ({
    name,
    datatype,
    shape: [-1n, ...shape.map(BigInt)],
  });
  return (router: ConnectRouter) =>
    router.service(GRPCInferenceService, {
      serverLive: () => ({ live: true }),
      serverReady: () => ({ ready: true }),
      serverMetadata: () => ({ name: "simulated", version: "simulated", extensions: [] }),
      modelReady: ({ name }) => ({ ready: name === manifest.name }),
      modelMetadata: () => ({
        name: manifest.name,
        versions: ["1"],
        platform: "simulated",
        inputs: [metadata(manifest.input)],
        outputs: [metadata(manifest.output)],
      }),
      systemSharedMemoryStatus: () => ({ regions }),
      systemSharedMemoryRegister: ({ name, key, offset, byteSize }) => {
        regions[name] = { name, key, offset, byteSize };
        return {};
      },
      systemSharedMemoryUnregister: ({ name }) => (delete regions[name], {}),
      modelInfer: async (request) => {
        const images = Number(request.inputs[0]?.shape[0] ?? 1n);
        await gpus.infer(images);
        return inferReply(request, embedding, images);
      },
    });
}

function inferReply(
  { modelName, outputs }: ModelInferRequest,
  embedding: Uint8Array,
  images: number,
) {
  const contents = new Uint8Array(images * embedding.length);
  for (let row = 0; row < images; row++) contents.set(embedding, row * embedding.length);
  const shape = [BigInt(images), BigInt(embedding.length / 4)];
  const name = outputs[0]?.name ?? "embedding";
  return create(ModelInferResponseSchema, {
    modelName,
    outputs: [{ name, datatype: "FP32", shape }],
    rawOutputContents: [contents],
  });
}

if (import.meta.main) {
  const options: GpuOptions & { readonly model: string } = JSON.parse(Deno.args[0] ?? "{}");
  const alarm = new Alarm();
  const model = await readModel(options.model);
  const handler = connectNodeAdapter({
    routes: routes(model, new SimulatedGpus(options, alarm)),
    readMaxBytes: 2 ** 29,
  });
  // Triton lets clients send megabytes ahead; with HTTP/2's default of 64 KiB a round trip, distance would limit.
  const settings = { initialWindowSize: WINDOW_BYTES, maxFrameSize: 2 ** 20 };
  const server = createServer({ settings }, handler);
  server.on("session", (session) => session.setLocalWindowSize(WINDOW_BYTES));
  server.listen(0, "127.0.0.1", () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}
