/** Errors as plain data: classes do not travel between threads. */
import type { ErrorCode } from "../contract/catalogue.ts";
import { errorChain } from "../contract/error_chain.ts";
import { GatewayError, toGatewayError } from "../contract/errors.ts";

/** What is left of an error on its way to another thread. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  /** The cause's messages and where it began, as the log shows them. */
  readonly cause: string | undefined;
}

/** Takes anything thrown apart; an error that quotes its input must have kept that from its cause already. */
export function toPlainError(thrown: unknown): PlainError {
  const { code, message, cause } = toGatewayError(thrown);
  return { code, message, cause: causeText(cause) };
}

/** Puts it together again; the cause is its text now, for the log alone. */
export function fromPlainError({ code, message, cause }: PlainError): GatewayError {
  return new GatewayError(code, message, { cause });
}

function causeText(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  return cause instanceof Error ? errorChain(cause) : String(cause);
}
