/** Thumbnails by the digest of their photos: made once, kept in the library's folder, bounded in number. */
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import type { ThumbnailJob, ThumbnailReply } from "./thumbnail_messages.ts";

const FOLDER = "thumbnails";
/** Some 15 kB each: 300 MB. */
const COUNT_MAX = 20_000;
const WORKER = new URL("./thumbnail_worker.ts", import.meta.url);
const NAME = /^([0-9a-f]{64})\.jpg$/;

/** Which thumbnail, and until when it is wanted. */
export interface ThumbnailRequest extends Omit<ThumbnailJob, "id"> {
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly job: ThumbnailJob;
  readonly signal: AbortSignal;
  readonly settle: PromiseWithResolvers<Uint8Array<ArrayBuffer>>;
}

/** Why there is no thumbnail, in words. */
export class NoThumbnail extends Error {}

/** Finds thumbnails, and has a thread make those that are not there. */
export class Thumbnails implements Disposable {
  readonly #folder: string;
  readonly #kept: LRUCache<string, true>;
  readonly #worker: Worker;
  /** Newest last, and served first: what a person scrolled past can wait. */
  readonly #waiting: Waiting[] = [];
  #working: Waiting | undefined;
  #ended: NoThumbnail | undefined;
  #id = 0;

  private constructor(folder: string, countMax: number) {
    this.#folder = folder;
    this.#kept = new LRUCache({
      max: countMax,
      dispose: (_, name, reason) => {
        if (reason === "evict") Deno.remove(join(folder, name)).catch(() => {});
      },
    });
    this.#worker = new Worker(WORKER, { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent) => this.#take(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#end(new NoThumbnail(`no thumbnails can be made: ${event.message}`));
    });
  }

  /** Opens the folder of thumbnails of a library, those made last kept longest. */
  static async open(library: string, countMax: number = COUNT_MAX): Promise<Thumbnails> {
    const folder = join(library, FOLDER);
    await Deno.mkdir(folder, { recursive: true });
    const found: { name: string; made: number }[] = [];
    for await (const { name } of Deno.readDir(folder)) {
      if (!NAME.test(name)) continue;
      const { mtime } = await Deno.stat(join(folder, name));
      found.push({ name, made: mtime?.getTime() ?? 0 });
    }
    const thumbnails = new Thumbnails(folder, countMax);
    for (const { name } of found.sort((a, b) => a.made - b.made)) {
      thumbnails.#kept.set(name, true);
    }
    return thumbnails;
  }

  /**
   * A thumbnail, as a JPEG.
   *
   * @throws {NoThumbnail} why there is none; or the signal's reason.
   */
  async get({ path, digest, signal }: ThumbnailRequest): Promise<Uint8Array<ArrayBuffer>> {
    const name = `${digest}.jpg`;
    if (this.#kept.get(name)) {
      try {
        return await Deno.readFile(join(this.#folder, name));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    signal.throwIfAborted();
    if (this.#ended !== undefined) throw this.#ended;
    const settle = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.#waiting.push({ job: { id: ++this.#id, path, digest }, signal, settle });
    this.#next();
    const jpeg = await settle.promise;
    await this.#keep(name, jpeg);
    return jpeg;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#end(new NoThumbnail("the page has ended"));
  }

  #next(): void {
    while (this.#working === undefined) {
      const next = this.#waiting.pop();
      if (next === undefined) return;
      if (next.signal.aborted) {
        next.settle.reject(next.signal.reason);
        continue;
      }
      this.#working = next;
      this.#worker.postMessage(next.job);
    }
  }

  #take(reply: ThumbnailReply): void {
    const done = this.#working;
    this.#working = undefined;
    if ("jpeg" in reply) done?.settle.resolve(reply.jpeg);
    else done?.settle.reject(new NoThumbnail(reply.problem));
    this.#next();
  }

  /** For whoever waits, and whoever comes. */
  #end(reason: NoThumbnail): void {
    this.#ended = reason;
    this.#working?.settle.reject(reason);
    this.#working = undefined;
    for (const { settle } of this.#waiting.splice(0)) settle.reject(reason);
  }

  /** Beside another page of the same library: the last one to write wins, and both have written the same. */
  async #keep(name: string, jpeg: Uint8Array): Promise<void> {
    const path = join(this.#folder, name);
    const part = `${path}.${crypto.randomUUID()}`;
    try {
      await Deno.writeFile(part, jpeg);
      await Deno.rename(part, path);
      this.#kept.set(name, true);
    } catch {
      // A full disk keeps nobody from looking.
      await Deno.remove(part).catch(() => {});
    }
  }
}
