/** Worker entry: one body at a time from bytes to images and options. */
/// <reference lib="deno.worker" />
import type { EmbedRequest, EmbedRequestLimits, ImageInput } from "../contract/embed_request.ts";
import { GatewayError, toGatewayError } from "../contract/errors.ts";
import type { InitMessage, JobMessage, WorkerReply } from "../work/worker_protocol.ts";
import type { EncodedRequest } from "./dialects/dialect.ts";
import { dialectNamed } from "./dialects/registry.ts";

/** A body, and the dialect it is in by its name: functions do not travel between threads. */
export interface BodyJob {
  readonly dialect: string;
  readonly request: EncodedRequest;
}

/** An error as plain data: classes do not travel between threads. */
export type PlainError = Pick<GatewayError, "code" | "message">;

/** The parsed request; its images move back. */
export interface ParsedBody extends Omit<EmbedRequest, "images"> {
  readonly images: readonly (Uint8Array<ArrayBuffer> | PlainError)[];
}

declare const self: DedicatedWorkerGlobalScope;

let limits: EmbedRequestLimits | undefined;

self.onmessage = (
  event: MessageEvent<InitMessage<EmbedRequestLimits> | JobMessage<BodyJob>>,
) => {
  const message = event.data;
  if (message.kind === "init") {
    limits = message.settings;
    reply({ kind: "ready" }, []);
    return;
  }
  run(message.job).then(
    (result) => reply({ kind: "done", result }, buffers(result)),
    (thrown) => {
      const { code, message } = toGatewayError(thrown);
      reply({ kind: "failed", code, message }, []);
    },
  );
};

async function run({ dialect, request }: BodyJob): Promise<ParsedBody> {
  if (limits === undefined) throw new Error("Cannot run a job before init");
  const { images, ...rest } = await dialectNamed(dialect).decode(request, limits);
  return { ...rest, images: images.map(plain) };
}

function plain(image: ImageInput): Uint8Array<ArrayBuffer> | PlainError {
  return image instanceof GatewayError ? { code: image.code, message: image.message } : image;
}

function buffers({ images }: ParsedBody): ArrayBuffer[] {
  return images.flatMap((image) => image instanceof Uint8Array ? [image.buffer] : []);
}

function reply(message: WorkerReply<ParsedBody>, transfer: Transferable[]): void {
  self.postMessage(message, transfer);
}
