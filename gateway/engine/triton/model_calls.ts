/** Inferences of one model: when none is made, which failure earns a second attempt, and what it is to the client. */
import type { ModelManifest } from "../../../models/contract/manifest.ts";
import type { TritonClient } from "../../../triton/client.ts";
import { TritonError } from "../../../triton/errors.ts";
import { GatewayError } from "../../contract/errors.ts";
import { traceHeaders } from "../../contract/trace_context.ts";
import type { InferRequest } from "../../../triton/infer.ts";
import { CircuitBreaker } from "../../../triton/circuit_breaker.ts";
import type { ServerPulse } from "../../../triton/server_pulse.ts";
import type { CallBounds } from "./call_bounds.ts";
import { losesConnection, toUpstreamError, upstreamUnavailable } from "./failure.ts";
import { RetryBudget } from "../../../triton/retry_budget.ts";
import type { RegionShare } from "./tensor_region.ts";

/** What calls of a model need. */
export interface ModelCallsOptions {
  readonly client: TritonClient;
  readonly manifest: ModelManifest;
  /** The version that is asked for; Triton chooses unless it is given. */
  readonly version?: string | undefined;
  /** The model's share of shared memory, which a Triton that was restarted has to map again. */
  readonly share: RegionShare;
  readonly pulse: Pick<ServerPulse, "during">;
}

/** One request to the model. */
export interface ModelCall {
  readonly input: InferRequest["inputs"][number];
  readonly deadline: CallBounds;
  /** Called when the call shows that the connection it was made under is no more. */
  readonly onLost: (cause: TritonError) => void;
}

/** Failures in a row after which Triton is asked only now and then. */
const BREAKER = { failuresMax: 5, openMs: 1000 };
/** Milliseconds that a call must have had before its deadline speaks against Triton: a client may ask for the impossible. */
const DEADLINE_MS_MIN = 2000;
/** Share of the deadline that must be left for a second attempt to make sense. */
const RETRY_TIME_SHARE = 0.3;

/** Calls with a breaker and a budget of retries in common. */
export class ModelCalls {
  readonly #options: ModelCallsOptions;
  readonly #breaker = new CircuitBreaker(BREAKER);
  readonly #budget = new RetryBudget();

  constructor(options: ModelCallsOptions) {
    this.#options = options;
  }

  /**
   * Refuses at once what would be refused anyway; takes no trial from the breaker.
   *
   * @throws {GatewayError} `upstream_unavailable`.
   */
  assertWorthwhile(): void {
    if (this.#breaker.isOpen) throw upstreamUnavailable("breaker is open");
  }

  /**
   * To be asked once before the calls of one request are made, and answered by them or by `recordNothing()`.
   *
   * @throws {GatewayError} `upstream_unavailable`.
   */
  assertAllowed(): void {
    if (!this.#breaker.allow()) throw upstreamUnavailable("breaker is open");
  }

  /** Tells that a call that was allowed is not made after all. */
  recordNothing(): void {
    this.#breaker.recordNothing();
  }

  /**
   * Runs the model once, and at most once more where the first attempt cannot have been processed.
   *
   * @returns Float32 [inputs, dim], row-major, as the model gave it.
   * @throws {GatewayError} that says what the failure means to the client.
   */
  async infer(call: ModelCall): Promise<Float32Array> {
    const startedMs = performance.now();
    try {
      return await this.#attempt(call);
    } catch (error) {
      if (!await this.#mayRetry(error, call)) throw this.#failure(error, call, startedMs);
    }
    try {
      return await this.#attempt(call);
    } catch (error) {
      if (error instanceof TritonError && losesConnection(error)) call.onLost(error);
      throw this.#failure(error, call, startedMs);
    }
  }

  async #attempt({ input, deadline }: ModelCall): Promise<Float32Array> {
    const { manifest: { name: model, output }, client, version } = this.#options;
    const shape = [input.shape[0] as number, ...output.shape];
    const outputs = [{ name: output.name, datatype: "FP32" as const, shape }];
    const { signal, trace } = deadline;
    const metadata = trace && traceHeaders(trace);
    const limits = { timeoutMs: deadline.assertRemainingMs(), signal, metadata };
    const [tensor] = await this.#options.pulse.during(() =>
      client.infer({ model, version, inputs: [input], outputs }, limits)
    );
    this.#breaker.recordSuccess();
    this.#budget.recordSuccess();
    return tensor?.data as Float32Array;
  }

  /** Decides about a second attempt, mends what can be mended, and gives up a connection that is no more. */
  async #mayRetry(error: unknown, { deadline, onLost }: ModelCall): Promise<boolean> {
    if (!(error instanceof TritonError)) return false;
    const hasTime = deadline.remainingMs > deadline.timeoutMs * RETRY_TIME_SHARE;
    const isSafe = error.wasProcessed === "no" && hasTime && !deadline.signal.aborted;
    if (error.kind === "unknown_region" && isSafe) return await this.#registerAgain(deadline);
    if (error.kind === "gone" && isSafe && this.#budget.tryTake()) return true;
    if (losesConnection(error)) onLost(error);
    return false;
  }

  async #registerAgain(deadline: CallBounds): Promise<boolean> {
    const { share } = this.#options;
    try {
      const limits = { timeoutMs: deadline.assertRemainingMs(), signal: deadline.signal };
      if (share.kind === "shared") await share.register(limits);
      return true;
    } catch {
      return false;
    }
  }

  #failure(error: unknown, { deadline }: ModelCall, startedMs: number): unknown {
    const failure = deadline.signal.aborted
      ? deadline.signal.reason
      : error instanceof TritonError
      ? toUpstreamError(error)
      : error;
    const isLate = failure instanceof GatewayError && failure.code === "deadline_exceeded" &&
      performance.now() - startedMs >= DEADLINE_MS_MIN;
    if (isLate || (failure instanceof GatewayError && failure.speaksAgainstEngine)) {
      this.#breaker.recordFailure();
    } else this.#breaker.recordNothing();
    return failure;
  }
}
