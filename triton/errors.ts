/**
 * What can go wrong between us and Triton. A call that fails on our side says itself what happened, by a
 * `CallFailure`; what a server or Connect says is told from gRPC codes and texts, here and nowhere else.
 */
import { Code, ConnectError } from "@connectrpc/connect";

/** Every way a call can fail. A caller needs no other knowledge of codes and texts. */
export type TritonErrorKind =
  /** The server answers, but it or the model is still loading. */
  | "starting"
  /** The server is shutting down, or the model was unloaded. */
  | "stopping"
  /** Nobody listens, or the connection broke. */
  | "gone"
  /** Triton's own queue is full. */
  | "overloaded"
  /** Time ran out, here or in Triton's queue. */
  | "deadline"
  /** The caller's signal aborted the call. */
  | "cancelled"
  /** Triton refuses the request as such: a wrong name, shape, datatype or size. */
  | "our_fault"
  /** No model of this name was ever there. */
  | "unknown_model"
  /** The shared memory region is not registered: Triton was restarted, or someone unregistered it. */
  | "unknown_region"
  /** A reply arrived that cannot be right: too large, too small, malformed. */
  | "bad_reply"
  /** The model or the server failed while at it. */
  | "failed";

/** Whether the model may have run. `no` makes another attempt safe whatever the model does. */
export type WasProcessed = "no" | "unknown";

interface TritonErrorDetails {
  readonly wasProcessed: WasProcessed;
  /** gRPC status, where the failure came as one. */
  readonly code?: Code;
  /** For logs: may hold the server's own words. */
  readonly cause?: unknown;
}

/** A failed call. The message is ours; what the server said is in `cause`. */
export class TritonError extends Error {
  override readonly name = "TritonError";
  readonly kind: TritonErrorKind;
  readonly wasProcessed: WasProcessed;
  readonly code: Code | undefined;

  constructor(kind: TritonErrorKind, message: string, details: TritonErrorDetails) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.wasProcessed = details.wasProcessed;
    this.code = details.code;
  }
}

/** What a call's failure is, to whoever knows it. */
interface Outcome {
  readonly kind: TritonErrorKind;
  readonly wasProcessed: WasProcessed;
}

/** A failure that our side of the call saw: a Connect error, as transports throw them, that knows what it is. */
export class CallFailure extends ConnectError implements Outcome {
  readonly kind: TritonErrorKind;
  readonly wasProcessed: WasProcessed;

  constructor(
    message: string,
    code: Code,
    outcome: Outcome & { readonly cause?: unknown },
  ) {
    super(message, code, undefined, undefined, outcome.cause);
    this.kind = outcome.kind;
    this.wasProcessed = outcome.wasProcessed;
  }

  /** That of `ConnectError`, which would be inherited, takes any Connect error for one of these. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && Object.getPrototypeOf(value) === CallFailure.prototype;
  }
}

interface Rule extends Outcome {
  readonly code: Code;
  /** Matches the server's words; absent matches all. */
  readonly text?: RegExp;
}

/**
 * What a server's status means; failures of our side know what they are. The first row that matches decides. Codes are
 * not enough: Triton says UNAVAILABLE for five different things, and CANCELLED when it ends, which nobody asked for.
 */
const RULES: readonly Rule[] = [
  { code: Code.DeadlineExceeded, kind: "deadline", wasProcessed: "unknown" },

  { code: Code.Unavailable, text: /maximum queue size/i, kind: "overloaded", wasProcessed: "no" },
  { code: Code.Unavailable, text: /timeout expired/i, kind: "deadline", wasProcessed: "no" },
  { code: Code.Unavailable, text: /stopping|exiting/i, kind: "stopping", wasProcessed: "no" },
  { code: Code.Unavailable, text: /not (at )?ready/i, kind: "starting", wasProcessed: "no" },
  { code: Code.Unavailable, kind: "gone", wasProcessed: "unknown" },

  { code: Code.NotFound, text: /memory region/i, kind: "unknown_region", wasProcessed: "no" },
  // Said of a model that was served before: while the server stops, and after an unload.
  { code: Code.NotFound, text: /no available versions/i, kind: "stopping", wasProcessed: "no" },
  { code: Code.NotFound, kind: "unknown_model", wasProcessed: "no" },

  { code: Code.Internal, kind: "failed", wasProcessed: "unknown" },
  { code: Code.Unknown, kind: "failed", wasProcessed: "unknown" },
  { code: Code.DataLoss, kind: "bad_reply", wasProcessed: "unknown" },
  { code: Code.Aborted, kind: "gone", wasProcessed: "unknown" },
  { code: Code.Canceled, kind: "gone", wasProcessed: "unknown" },
];

/** Codes without a row: the request was refused for what it is. */
const REFUSED: Outcome = { kind: "our_fault", wasProcessed: "no" };

const REASONS: Record<TritonErrorKind, string> = {
  starting: "Triton is not ready yet",
  stopping: "Triton is stopping or the model was unloaded",
  gone: "the connection to Triton is broken or refused",
  overloaded: "Triton's queue is full",
  deadline: "the deadline passed",
  cancelled: "the caller cancelled it",
  our_fault: "Triton refuses the request",
  unknown_model: "Triton has no such model",
  unknown_region: "the shared memory region is not registered",
  bad_reply: "the reply cannot be right",
  failed: "Triton failed",
};

/** What was being done when it failed. */
export interface CallContext {
  /** Completes `Cannot …`, such as `infer with dct_512`. */
  readonly action: string;
  /** The caller's own signal. */
  readonly signal?: AbortSignal | undefined;
}

/** Classifies anything thrown by a call; a `TritonError` stays as it is. */
export function toTritonError(thrown: unknown, context: CallContext): TritonError {
  if (thrown instanceof TritonError) return thrown;
  const error = ConnectError.from(thrown);
  // The caller's reason may have any type, so the code says nothing about it.
  if (context.signal?.aborted) {
    return describe(context.action, { kind: "cancelled", wasProcessed: "unknown" }, error);
  }
  if (error instanceof CallFailure) return describe(context.action, error, error);
  const rule = RULES.find(({ code, text }) =>
    code === error.code && (text?.test(error.rawMessage) ?? true)
  );
  return describe(context.action, rule ?? REFUSED, error);
}

/** The error for a call that is not made because no time is left; Connect would take 0 for "no deadline". */
export function deadlinePassed(action: string): TritonError {
  const message = `Cannot ${action} as ${REASONS.deadline}`;
  return new TritonError("deadline", message, { wasProcessed: "no" });
}

/** The error for a reply that does not fit the request; `problem` completes `Cannot … as`. */
export function badReply(action: string, problem: string): TritonError {
  const message = `Cannot ${action} as ${problem}`;
  return new TritonError("bad_reply", message, { wasProcessed: "unknown" });
}

function describe(
  action: string,
  { kind, wasProcessed }: Outcome,
  cause: ConnectError,
): TritonError {
  const message = `Cannot ${action} as ${REASONS[kind]}`;
  return new TritonError(kind, message, { wasProcessed, code: cause.code, cause });
}
