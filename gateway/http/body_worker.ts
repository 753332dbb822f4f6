/** Worker entry: one body at a time from bytes to inputs and options. */
import type { EmbedRequest, EmbedRequestLimits, RemoteImage } from "../contract/embed_request.ts";
import { GatewayError } from "../contract/errors.ts";
import { type PlainError, toPlainError } from "../work/plain_error.ts";
import { serveJobs } from "../work/serve_jobs.ts";
import type { Dialect, EncodedRequest } from "./dialects/dialect.ts";
import { claimantAmong } from "./dialects/dialect_table.ts";
import { dialectNamed, DIALECTS } from "./dialects/registry.ts";

/** A body, and the dialect it is in by its name: functions do not travel between threads. */
export interface BodyJob {
  readonly dialect: string;
  /** Where it was sent to, where another dialect may claim it. */
  readonly route: string;
  /** Who sent it. */
  readonly client: string;
  readonly request: EncodedRequest;
}

/** The parsed request; its images move back. */
interface ParsedRequest extends Omit<EmbedRequest, "inputs"> {
  readonly inputs: readonly (Uint8Array<ArrayBuffer> | string | RemoteImage | PlainError)[];
}

/** What came of a body, in the words of a dialect that may have claimed it. */
export interface ParsedBody {
  readonly dialect: string;
  readonly parsed: { readonly request: ParsedRequest } | { readonly error: PlainError };
}

serveJobs<EmbedRequestLimits, BodyJob, ParsedBody>((limits) => ({
  run: ({ dialect: owner, route, request }) => {
    const dialect = claimantAmong(DIALECTS, route, request) ?? dialectNamed(owner);
    return { dialect: dialect.name, parsed: parse(dialect, request, limits) };
  },
  transferOf: ({ parsed }) => {
    const inputs = "request" in parsed ? parsed.request.inputs : [];
    return inputs.flatMap((input) => input instanceof Uint8Array ? [input.buffer] : []);
  },
}));

function parse(
  dialect: Dialect,
  request: EncodedRequest,
  limits: EmbedRequestLimits,
): ParsedBody["parsed"] {
  try {
    const { inputs, ...rest } = dialect.decode(request, limits);
    const plain = inputs.map((input) =>
      input instanceof GatewayError ? toPlainError(input) : input
    );
    return { request: { ...rest, inputs: plain } };
  } catch (thrown) {
    return { error: toPlainError(thrown) };
  }
}
