/** Operating errors: a code of the catalogue and a public message. */
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "./catalogue.ts";

/** What an error may carry beside its message. */
export interface GatewayErrorOptions {
  /** For the log only; never part of a reply. */
  readonly cause?: unknown;
  /** Seconds after which a client may try again. */
  readonly retryAfterSeconds?: number;
}

/** An operating error: its message is public and says action, limit and value, never input or upstream text. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: GatewayErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "GatewayError";
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** HTTP status of this error. */
  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }

  /** Whether it speaks against the engine. */
  get speaksAgainstEngine(): boolean {
    return ERROR_CATALOGUE[this.code].againstEngine;
  }

  /** Whether those who wait for the same image get it, too. */
  get isShared(): boolean {
    return ERROR_CATALOGUE[this.code].shared;
  }
}

/** An input that fails its whole request. */
export class InputFailure extends GatewayError {
  /** What is wrong with the input. */
  readonly error: GatewayError;
  /** Which input of the request, from 0. */
  readonly index: number;

  /** @param name What the message calls the input; not needed where there is one. */
  constructor(error: GatewayError, index: number, name?: string) {
    super(error.code, name === undefined ? error.message : `${name}: ${error.message}`, {
      cause: error.cause,
      ...error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds },
    });
    this.error = error;
    this.index = index;
  }
}

/** A limit that was crossed: the sentence every such error uses. */
export interface LimitViolation {
  /** What could not be done, such as `decode image`. */
  readonly action: string;
  /** The quantity, with its unit, such as `its pixels`. */
  readonly quantity: string;
  readonly limit: number;
  /** The offending value; left out where it is not known. */
  readonly value?: number;
  /** Seconds after which a client may try again. */
  readonly retryAfterSeconds?: number;
}

/** Builds the error of a crossed limit, such as `Cannot decode image as its pixels must be ≤ 25000000: current value is 4290250000`. */
export function limitError(
  code: ErrorCode,
  violation: LimitViolation,
): GatewayError {
  const { action, quantity, limit, value, retryAfterSeconds } = violation;
  const known = value === undefined ? "" : `: current value is ${value}`;
  return new GatewayError(
    code,
    `Cannot ${action} as ${quantity} must be ≤ ${limit}${known}`,
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
}

/** The error of a full gateway, with `Retry-After`. */
export function overloaded(
  quantity: string,
  limit: number,
  action = "accept request",
): GatewayError {
  return limitError("overloaded", {
    action,
    quantity,
    limit,
    retryAfterSeconds: retryAfterSeconds(),
  });
}

/** Clients that were refused may try again after one to three seconds, spread so that they do not return at once. */
function retryAfterSeconds(): number {
  return 1 + Math.floor(Math.random() * 3);
}

/**
 * Turns anything thrown into a catalogue error: an image's refusal into its like, and what is none of ours into
 * `internal` with the original as its cause.
 */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (thrown instanceof Refusal) {
    return new GatewayError(thrown.code, thrown.message, { cause: thrown.cause });
  }
  return new GatewayError(
    "internal",
    "Cannot complete request because of an internal error",
    { cause: thrown },
  );
}
