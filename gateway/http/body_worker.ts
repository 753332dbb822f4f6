/** Worker entry: one body at a time from bytes to inputs and options. */
import type { EmbedRequest, EmbedRequestLimits } from "../contract/embed_request.ts";
import { GatewayError } from "../contract/errors.ts";
import { type PlainError, toPlainError } from "../work/plain_error.ts";
import { serveJobs } from "../work/serve_jobs.ts";
import type { EncodedRequest } from "./dialects/dialect.ts";
import { dialectNamed } from "./dialects/registry.ts";

/** A body, and the dialect it is in by its name: functions do not travel between threads. */
export interface BodyJob {
  readonly dialect: string;
  /** Who sent it. */
  readonly client: string;
  readonly request: EncodedRequest;
}

/** The parsed request; its images move back. */
export interface ParsedBody extends Omit<EmbedRequest, "inputs"> {
  readonly inputs: readonly (Uint8Array<ArrayBuffer> | string | PlainError)[];
}

serveJobs<EmbedRequestLimits, BodyJob, ParsedBody>((limits) => ({
  run: ({ dialect, request }) => {
    const { inputs, ...rest } = dialectNamed(dialect).decode(request, limits);
    const plain = inputs.map((input) =>
      input instanceof GatewayError ? toPlainError(input) : input
    );
    return { ...rest, inputs: plain };
  },
  transferOf: ({ inputs }) =>
    inputs.flatMap((input) => input instanceof Uint8Array ? [input.buffer] : []),
}));
