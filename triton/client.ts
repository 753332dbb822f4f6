/** A typed client for the calls of Triton's gRPC API that `proto/inference.proto` describes. */
import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import { GRPCInferenceService, type ModelStatistics } from "../proto/gen/inference_pb.ts";
import { deadlinePassed, toTritonError } from "./errors.ts";
import { decodeInferReply, encodeInferRequest, type InferRequest } from "./infer.ts";
import type { Tensor } from "./tensor.ts";

export type { ModelStatistics };

/** The bounds of one call. */
export interface CallLimits {
  /** Milliseconds from now; the server is told, too. */
  readonly timeoutMs: number;
  /** Cancels the call here and, where it still waits there, in Triton. */
  readonly signal?: AbortSignal | undefined;
  /** Headers of the call, in lower case, such as the trace that it belongs to; Triton ignores those it does not know. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What a server says about itself. */
export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}

/** An input or output as the server has it: the datatype may be one that this client cannot send. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  /** With the batch dimension, where the model has one; -1 is any size. */
  readonly shape: readonly number[];
}

/** What a server says about a model. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

/** A POSIX shared memory object, or a part of one, as requests refer to it. */
export interface MemoryRegion {
  readonly name: string;
  /** Name of the object, with its leading slash. */
  readonly key: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/**
 * Calls to one server. Every one of them has a deadline and fails with a `TritonError` only, beside the `RangeError`
 * of an input that is not as long as its shape says.
 */
export class TritonClient {
  readonly #stub: Client<typeof GRPCInferenceService>;

  constructor(transport: Transport) {
    this.#stub = createClient(GRPCInferenceService, transport);
  }

  /** Whether the server and, in its strict mode, every model are ready. */
  async ready(limits: CallLimits): Promise<boolean> {
    const call = (options: CallOptions) => this.#stub.serverReady({}, options);
    return (await this.#call("ask whether Triton is ready", limits, call)).ready;
  }

  /** Name, version and extensions of the server. */
  async serverMetadata(limits: CallLimits): Promise<ServerMetadata> {
    const call = (options: CallOptions) => this.#stub.serverMetadata({}, options);
    const { name, version, extensions } = await this.#call("describe Triton", limits, call);
    return { name, version, extensions };
  }

  /**
   * Whether a model is loaded; false for an unknown one. A crashed Python model stays "ready".
   *
   * @param version One of the model's; without it, any that the server would choose.
   */
  async modelReady(model: string, limits: CallLimits, version?: string): Promise<boolean> {
    const request = { name: model, version: version ?? "" };
    const call = (options: CallOptions) => this.#stub.modelReady(request, options);
    return (await this.#call(`ask whether ${model} is ready`, limits, call)).ready;
  }

  /** Inputs and outputs of a model, of the version that the server would choose unless one is given. */
  async modelMetadata(model: string, limits: CallLimits, version?: string): Promise<ModelMetadata> {
    const request = { name: model, version: version ?? "" };
    const call = (options: CallOptions) => this.#stub.modelMetadata(request, options);
    const reply = await this.#call(`describe ${model}`, limits, call);
    const { name, versions, platform, inputs, outputs } = reply;
    return {
      name,
      versions,
      platform,
      inputs: inputs.map(toTensorMetadata),
      outputs: outputs.map(toTensorMetadata),
    };
  }

  /** Counts of every version of a model, or of one, since it was loaded, warm-up included. */
  async statistics(
    model: string,
    limits: CallLimits,
    version?: string,
  ): Promise<ModelStatistics[]> {
    const request = { name: model, version: version ?? "" };
    const call = (options: CallOptions) => this.#stub.modelStatistics(request, options);
    return (await this.#call(`count calls of ${model}`, limits, call)).modelStats;
  }

  /** Runs a model once; outputs come in the order they were asked for. */
  async infer(request: InferRequest, limits: CallLimits): Promise<Tensor[]> {
    const action = `infer with ${request.model}`;
    const message = encodeInferRequest(request);
    const call = (options: CallOptions) => this.#stub.modelInfer(message, options);
    return decodeInferReply(request, await this.#call(action, limits, call), action);
  }

  /** Every region that is registered. */
  async memoryRegions(limits: CallLimits): Promise<MemoryRegion[]> {
    const call = (options: CallOptions) => this.#stub.systemSharedMemoryStatus({}, options);
    const { regions } = await this.#call("list shared memory", limits, call);
    return Object.values(regions).map(({ name, key, offset, byteSize }) => ({
      name,
      key,
      byteOffset: Number(offset),
      byteLength: Number(byteSize),
    }));
  }

  /** Has the server map a region. Fails when it cannot open it, and when the name is taken (`AlreadyExists`). */
  async registerMemory(region: MemoryRegion, limits: CallLimits): Promise<void> {
    const { name, key, byteOffset, byteLength } = region;
    const message = { name, key, offset: BigInt(byteOffset), byteSize: BigInt(byteLength) };
    const call = (options: CallOptions) => this.#stub.systemSharedMemoryRegister(message, options);
    await this.#call("register shared memory", limits, call);
  }

  /** Has the server forget a region. */
  async unregisterMemory(name: string, limits: CallLimits): Promise<void> {
    // An empty name would unregister those of every other client as well.
    if (name === "") throw new TypeError("Cannot unregister shared memory without its name");
    const call = (options: CallOptions) =>
      this.#stub.systemSharedMemoryUnregister({ name }, options);
    await this.#call("unregister shared memory", limits, call);
  }

  async #call<T>(
    action: string,
    { timeoutMs, signal, metadata }: CallLimits,
    call: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    if (!(timeoutMs > 0)) throw deadlinePassed(action);
    try {
      // Whole, since Connect writes it into the grpc-timeout header, where Triton resets streams over a fraction.
      return await call({
        timeoutMs: Math.ceil(timeoutMs),
        ...signal && { signal },
        ...metadata && { headers: metadata },
      });
    } catch (error) {
      throw toTritonError(error, { action, signal });
    }
  }
}

function toTensorMetadata(
  { name, datatype, shape }: { name: string; datatype: string; shape: bigint[] },
): TensorMetadata {
  return { name, datatype, shape: shape.map(Number) };
}
