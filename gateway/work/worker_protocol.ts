/** Messages between the worker pool and its workers. */
import type { PlainError } from "./plain_error.ts";

/** First message to a worker; it answers `ready` once it can take jobs. */
export interface InitMessage<Settings> {
  readonly kind: "init";
  readonly settings: Settings;
  /** Of `WorkerState`: what the worker is at. */
  readonly state: SharedArrayBuffer;
}

/** A job; a worker has at most one. */
export interface JobMessage<Job> {
  readonly kind: "job";
  readonly job: Job;
}

/** What a worker answers. */
export type WorkerReply<Result, About = never> =
  | { readonly kind: "ready"; readonly about: About | undefined }
  /** It cannot start; in words, as an error that nobody catches would be printed with its stack. */
  | { readonly kind: "unable"; readonly reason: string }
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly error: PlainError };
