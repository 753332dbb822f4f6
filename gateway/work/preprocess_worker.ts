/** Worker entry: one image at a time from bytes to its input slot. */
/// <reference lib="deno.worker" />
import type { SlotAddress } from "../engine/engine.ts";
import { toGatewayError } from "../contract/errors.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import { Preprocessor, type WrittenImage } from "../../preprocess/preprocessor.ts";
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import type { InitMessage, JobMessage, WorkerReply } from "./worker_protocol.ts";

/** One image: its bytes, which move to the worker, and the slot to write to. */
export interface PreprocessJob extends ImageOptions {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly address: SlotAddress;
}

/** What a finished job reports; the input itself stays in its slot. */
export type PreprocessResult = WrittenImage;

declare const self: DedicatedWorkerGlobalScope;

let preprocessor: Preprocessor | undefined;

self.onmessage = (
  event: MessageEvent<InitMessage<PreprocessorSettings> | JobMessage<PreprocessJob>>,
) => {
  const message = event.data;
  if (message.kind === "init") {
    preprocessor = new Preprocessor(message.settings);
    reply({ kind: "ready" });
    return;
  }
  run(message.job).then(
    (result) => reply({ kind: "done", result }),
    (thrown) => {
      const { code, message } = toGatewayError(thrown);
      reply({ kind: "failed", code, message });
    },
  );
};

async function run(job: PreprocessJob): Promise<PreprocessResult> {
  if (preprocessor === undefined) throw new Error("Cannot run a job before init");
  return await preprocessor.preprocessInto(job.bytes, job, job.address);
}

function reply(message: WorkerReply<PreprocessResult>): void {
  self.postMessage(message);
}
