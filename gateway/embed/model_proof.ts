/** Whether the model gives what it gave when it was exported: asked by the canary, and kept until there is a doubt. */
import type { ErrorCode } from "../contract/catalogue.ts";
import { GatewayError, toGatewayError } from "../contract/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";
import { Deadline } from "../work/deadline.ts";
import { WrongEmbedding } from "./canary.ts";

/** What a proof is made of. */
export interface ModelProofOptions {
  readonly engine: Pick<Engine, "modelEpoch">;
  /** Embeds the golden input on a reserved slot; throws `WrongEmbedding` where another embedding comes out. */
  readonly canary: (deadline: Deadline) => Promise<void>;
  /** Milliseconds a canary may take. */
  readonly checkTimeoutMs: number;
  /** Age in milliseconds up to which a proof holds while requests are served. */
  readonly freshMsMax: number;
  /** Whether requests are served although another embedding comes out. */
  readonly servesUnproven?: boolean;
  /** Called when the right embedding comes out again after another one did. */
  readonly onRegained?: () => void;
  readonly telemetry: Pick<ModelTelemetry, "canaryRan">;
}

/** Milliseconds from one canary to the next that requests, and not probes, ask for. */
const RETRY_MS = 1000;

/** Nobody is served by a model that was seen to give another embedding. A canary that cannot run says nothing. */
export class ModelProof {
  readonly #options: ModelProofOptions;
  #state: "unknown" | "proven" | "disproved" = "unknown";
  /** The engine's at the last proof. */
  #epoch: number | undefined;
  /** Counts what speaks against the proof, also against one that is on its way. */
  #doubts = 0;
  #run: Promise<GatewayError | undefined> | undefined;
  #ranAtMs = -Infinity;
  #dueAtMs = -Infinity;

  constructor(options: ModelProofOptions) {
    this.#options = options;
  }

  get isDisproved(): boolean {
    return this.#state === "disproved";
  }

  /** Runs the canary; those who ask while it runs share it. What it throws is the result. */
  run(): Promise<GatewayError | undefined> {
    return this.#run ??= this.#attempt().finally(() => this.#run = undefined);
  }

  /** The engine was away, and may come back with another model: the next embedding is to be proven before it is given. */
  doubt(): void {
    this.#doubts++;
    if (this.#state !== "proven") return;
    this.#state = "unknown";
    this.#ranAtMs = -Infinity;
  }

  /** The engine failed a request: unless it was away, the next one has the canary run beside it. */
  recordFault(code: ErrorCode): void {
    if (code === "upstream_unavailable") this.doubt();
    else this.#dueAtMs = Math.min(this.#dueAtMs, performance.now());
  }

  /**
   * Before anything is done for a request. Of those that come while the model is disproved, one a second waits for
   * another canary.
   *
   * @throws {GatewayError} `upstream_unavailable` while the model is disproved.
   */
  async assertServable(deadline: Deadline): Promise<void> {
    if (!this.isDisproved || this.#options.servesUnproven) return;
    if (this.#isRetryDue) await deadline.within(this.run());
    this.#assertNotDisproved();
  }

  /**
   * Before embeddings that came out are given away. Where nothing is known, they wait for the canary; where the proof is
   * old, it runs beside them.
   *
   * @throws {GatewayError} `upstream_unavailable` when the model is disproved.
   */
  async assertProven(deadline: Deadline): Promise<void> {
    const { modelEpoch } = this.#options.engine;
    const now = performance.now();
    // Nobody asked since it was due, so that an engine that does not tell may have another model by now.
    const isForgotten = modelEpoch === undefined && now > this.#dueAtMs + RETRY_MS;
    const isOther = this.#epoch !== modelEpoch || isForgotten;
    if (this.#state === "proven" && isOther) this.doubt();
    if (this.#state === "proven" && now >= this.#dueAtMs && this.#isRetryDue) void this.run();
    while (this.#state === "unknown" && (this.#run !== undefined || this.#isRetryDue)) {
      await deadline.within(this.run());
    }
    this.#assertNotDisproved();
  }

  get #isRetryDue(): boolean {
    return performance.now() - this.#ranAtMs >= RETRY_MS;
  }

  #assertNotDisproved(): void {
    if (!this.isDisproved || this.#options.servesUnproven) return;
    throw new GatewayError(
      "upstream_unavailable",
      "Cannot compute embedding as the model's golden one comes out otherwise than at its export",
      { retryAfterSeconds: Math.ceil(RETRY_MS / 1000) },
    );
  }

  async #attempt(): Promise<GatewayError | undefined> {
    const { canary, checkTimeoutMs, engine, freshMsMax, onRegained, telemetry } = this.#options;
    const doubts = this.#doubts;
    const epoch = engine.modelEpoch;
    using deadline = new Deadline({ timeoutMs: checkTimeoutMs });
    try {
      await canary(deadline);
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (thrown instanceof WrongEmbedding) this.#state = "disproved";
      telemetry.canaryRan("failed", `${error.code}: ${error.message}`);
      return error;
    } finally {
      this.#ranAtMs = performance.now();
      this.#dueAtMs = this.#ranAtMs + freshMsMax;
    }
    if (this.isDisproved) onRegained?.();
    this.#epoch = epoch;
    this.#state = "proven";
    if (doubts !== this.#doubts) this.doubt();
    telemetry.canaryRan("ok");
    return undefined;
  }
}
