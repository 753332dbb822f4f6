/** The thread that makes thumbnails: a camera's photo takes a tenth of a second, in which the page wants to be served. */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { reasonOf } from "../scan/walk.ts";
import { ThumbnailMaker } from "./thumbnail_maker.ts";
import type { ThumbnailJob, ThumbnailReply } from "./thumbnail_messages.ts";

const maker = new ThumbnailMaker();
let last: Promise<void> = Promise.resolve();

self.addEventListener("message", ({ data }: MessageEvent<ThumbnailJob>) => {
  last = last.then(() => work(data));
});

async function work(job: ThumbnailJob): Promise<void> {
  const reply = await replyTo(job);
  self.postMessage(reply, "jpeg" in reply ? [reply.jpeg.buffer] : []);
}

async function replyTo({ id, path, digest }: ThumbnailJob): Promise<ThumbnailReply> {
  try {
    const bytes = await Deno.readFile(path);
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    if (found.toHex() !== digest) return { id, problem: "it has changed since it was scanned" };
    return { id, jpeg: await maker.make(bytes) };
  } catch (error) {
    return { id, problem: reasonOf(error) };
  }
}
