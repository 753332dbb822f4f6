/** Starts the native peer of this folder: what the gateway's job costs without JavaScript. */
import { fileURLToPath } from "node:url";
import { prepareModels } from "../../testing/triton/served_models.ts";
import { ServerProcess } from "../processes/server_process.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const REPOSITORY = `${ROOT}model_repository`;
/** The gateway's own ONNX Runtime, so that both run the same one. */
const RUNTIMES: Readonly<Record<typeof Deno.build.arch, string>> = {
  x86_64: "linux/x64",
  aarch64: "linux/arm64",
};

/** What the peer is started with. */
export interface NativePeerOptions {
  /** As `buildNativePeer()` gives it. */
  readonly program: string;
  /** Of model_repository, without weights. */
  readonly model: string;
  /** gRPC address of a Triton that sees the same /dev/shm; absent runs the ONNX file in process. */
  readonly tritonUrl?: string;
}

/** Starts the peer on a free port. */
export async function startNativePeer(options: NativePeerOptions): Promise<ServerProcess> {
  const { program, model, tritonUrl } = options;
  await prepareModels(REPOSITORY);
  const folder = `${ROOT}node_modules/onnxruntime-node/bin/napi-v6/${RUNTIMES[Deno.build.arch]}`;
  return await ServerProcess.start({
    name: "the native peer",
    program,
    args: tritonUrl === undefined
      ? ["onnx", `${folder}/libonnxruntime.so.1`, `${REPOSITORY}/${model}/1/model.onnx`]
      : ["triton", tritonUrl, model],
    readUrl: (line) => /^listening on (http:\S+)$/.exec(line)?.[1],
  });
}
