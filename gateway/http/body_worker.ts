/** Worker entry: one body at a time from bytes to images and options. */
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
export interface ParsedBody extends Omit<EmbedRequest, "images"> {
  readonly images: readonly (Uint8Array<ArrayBuffer> | PlainError)[];
}

serveJobs<EmbedRequestLimits, BodyJob, ParsedBody>((limits) => ({
  run: ({ dialect, request }) => {
    const { images, ...rest } = dialectNamed(dialect).decode(request, limits);
    const plain = images.map((image) =>
      image instanceof GatewayError ? toPlainError(image) : image
    );
    return { ...rest, images: plain };
  },
  transferOf: ({ images }) =>
    images.flatMap((image) => image instanceof Uint8Array ? [image.buffer] : []),
}));
