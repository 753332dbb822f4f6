// deno-lint-ignore-file no-console
/**
 * A stand-in for Triton with simulated GPUs: speaks its gRPC protocol, computes nothing, takes time.
 *
 * Every embedding is the golden one, so that a gateway's canary passes. Shared memory is accepted and not read. Takes
 * `SimulatedServer` as JSON, prints the URL it listens on and ends with SIGTERM.
 */
import { create } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import type { ImageManifest } from "../../models/contract/manifest.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import {
  GRPCInferenceService,
  type ModelInferRequest,
  ModelInferResponseSchema,
  type SystemSharedMemoryStatusResponse_RegionStatus,
} from "../../proto/gen/inference_pb.ts";
import { Alarm } from "../timing/alarm.ts";
import { type GpuOptions, SimulatedGpus } from "./gpus.ts";

/** What is served: a photos' model of the repository. */
export interface SimulatedServer extends GpuOptions {
  readonly model: string;
}

const REPOSITORY = new URL("../../model_repository/", import.meta.url);
/** Triton lets clients send megabytes ahead; with HTTP/2's default of 64 KiB a round trip, distance would limit. */
const WINDOW_BYTES = 16 * 2 ** 20;
const FRAME_BYTES = 2 ** 20;
const MESSAGE_BYTES_MAX = 2 ** 29;

interface ServedModel {
  readonly manifest: ImageManifest;
  /** Bytes of one embedding. */
  readonly embedding: Uint8Array;
}

async function readModel(name: string): Promise<ServedModel> {
  const folder = new ModelFolder(REPOSITORY, name);
  const { embedding } = await folder.golden();
  return {
    manifest: await folder.imageManifest(),
    embedding: new Uint8Array(Float32Array.from(embedding).buffer),
  };
}

type Regions = Record<
  string,
  Pick<SystemSharedMemoryStatusResponse_RegionStatus, "name" | "key" | "offset" | "byteSize">
>;

function routes({ manifest, embedding }: ServedModel, gpus: SimulatedGpus) {
  const regions: Regions = {};
  const metadata = ({ name, datatype, shape }: ImageManifest["input"]) => ({
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
  const options: SimulatedServer = JSON.parse(Deno.args[0] ?? "{}");
  const gpus = new SimulatedGpus(options, new Alarm());
  const handler = connectNodeAdapter({
    routes: routes(await readModel(options.model), gpus),
    readMaxBytes: MESSAGE_BYTES_MAX,
  });
  const settings = { initialWindowSize: WINDOW_BYTES, maxFrameSize: FRAME_BYTES };
  const server = createServer({ settings }, handler);
  server.on("session", (session) => session.setLocalWindowSize(WINDOW_BYTES));
  server.listen(0, "127.0.0.1", () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}
