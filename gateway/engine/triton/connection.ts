/** What has to be true of a Triton before tensors are sent to it. */
import {
  itemByteLength,
  type ModelManifest,
  type TensorSpec,
} from "../../../models/contract/manifest.ts";
import type { CallLimits, TritonClient } from "../../../triton/client.ts";
import type { InlineInput, SharedInput } from "../../../triton/infer.ts";
import { cosine } from "../../../models/contract/vectors.ts";
import { checkModel } from "./model_check.ts";
import type { RegionShare, TensorRegion } from "./tensor_region.ts";

/** A Triton that serves our model, and how tensors travel to it. */
export interface TritonConnection {
  readonly serverVersion: string;
  readonly input: TensorSpec;
  readonly inputByteLength: number;
  readonly tensorPath: "shared_memory" | "inline";
  /** Why tensors travel inline although shared memory was wanted. */
  readonly inlineReason: string | undefined;
}

/** What connecting needs. */
export interface TritonConnectorOptions {
  readonly client: TritonClient;
  readonly manifest: ModelManifest;
  /** The version that is asked for; Triton chooses unless it is given. */
  readonly version?: string | undefined;
  /** Where the model's input slots lie. */
  readonly share: RegionShare;
  /** Slot of the share that no request ever gets. */
  readonly probeSlot: number;
}

/** Milliseconds of each call while connecting. */
const CALL_TIMEOUT_MS = 2000;
/** The probe runs the model, which may be cold. */
const PROBE_TIMEOUT_MS = 30_000;
/** GPUs may add in another order from one run to the next. */
const PROBE_COSINE_MIN = 0.9999;

/**
 * Checks server, model and shared memory.
 *
 * @throws {TritonError} when a call fails.
 * @throws {Error} that lists every difference between the model and its manifest.
 */
export async function connectTriton(
  options: TritonConnectorOptions,
  signal: AbortSignal,
): Promise<TritonConnection> {
  const { client, manifest, version } = options;
  const { name } = manifest;
  const limits: CallLimits = { timeoutMs: CALL_TIMEOUT_MS, signal };
  // Not whether the server is ready, which it may say only while all of its models are.
  if (!await client.modelReady(name, limits, version)) {
    throw new Error(
      `Triton does not serve model ${name}${version === undefined ? "" : ` version ${version}`}`,
    );
  }
  const { version: serverVersion } = await client.serverMetadata(limits);
  const check = checkModel(manifest, await client.modelMetadata(name, limits, version));
  if (check.differences.length > 0) {
    throw new Error(
      `Triton's model ${name} is not that of its manifest: ${check.differences.join("; ")}`,
    );
  }
  const { input } = check;
  const path = await choosePath(options, input, signal);
  return {
    serverVersion,
    input,
    inputByteLength: itemByteLength(input),
    tensorPath: path.inlineReason === undefined ? "shared_memory" : "inline",
    inlineReason: path.inlineReason,
  };
}

async function choosePath(
  options: TritonConnectorOptions,
  input: TensorSpec,
  signal: AbortSignal,
): Promise<{ inlineReason: string | undefined }> {
  const { share } = options;
  if (share.kind === "none") return { inlineReason: share.reason };
  try {
    await share.register({ timeoutMs: CALL_TIMEOUT_MS, signal });
    await probeRegion(options, share, { input, signal });
    return { inlineReason: undefined };
  } catch (cause) {
    if (share.isRequired) throw cause;
    return { inlineReason: cause instanceof Error ? cause.message : String(cause) };
  }
}

/**
 * Runs the model on the same random input by shared memory and inline. A region of our name that Triton sees may
 * still be another one, or a copy.
 */
async function probeRegion(
  options: TritonConnectorOptions,
  region: TensorRegion,
  { input, signal }: { readonly input: TensorSpec; readonly signal: AbortSignal },
): Promise<void> {
  const bytes = randomInput(input);
  const byteOffset = region.write(bytes, options.probeSlot * bytes.byteLength);
  const spec = { name: input.name, datatype: input.datatype, shape: [1, ...input.shape] };
  const run = async (source: InlineInput | SharedInput) => {
    const { manifest: { output, name: model }, version } = options;
    const [tensor] = await options.client.infer({
      model,
      version,
      inputs: [source],
      outputs: [{ name: output.name, datatype: "FP32", shape: [1, ...output.shape] }],
    }, { timeoutMs: PROBE_TIMEOUT_MS, signal });
    return tensor?.data as Float32Array;
  };
  const shared = await run({ ...spec, region: region.name, byteOffset });
  const inline = await run({ ...spec, bytes });
  if (cosine(shared, inline) >= PROBE_COSINE_MIN) return;
  throw new Error("Triton reads other bytes from the shared memory region than were written");
}

/** Values that every datatype can hold, different at every connection. */
function randomInput(input: TensorSpec): Uint8Array<ArrayBuffer> {
  const levels = new Uint8Array(input.shape.reduce((product, extent) => product * extent, 1));
  for (let start = 0; start < levels.length; start += 65_536) {
    crypto.getRandomValues(levels.subarray(start, start + 65_536));
  }
  if (input.datatype === "UINT8") return levels;
  // A vocabulary begins with a token for each byte.
  if (input.datatype === "INT32") return new Uint8Array(Int32Array.from(levels).buffer);
  return new Uint8Array(Float32Array.from(levels, (level) => level / 128 - 1).buffer);
}
