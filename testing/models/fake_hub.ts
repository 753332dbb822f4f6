/** A model hub on loopback: a redirect with the file's digest, then the file with ranges and validators. */
import type { WeightsSpec } from "../../models/contract/manifest.ts";

/** A mishap for one request of the file. */
export type Fault =
  | { readonly kind: "drop"; readonly afterBytes: number }
  | { readonly kind: "stall"; readonly afterBytes: number }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "no ranges" };

/** One checkpoint under `owner/name/resolve/main/weights.safetensors`. */
export class FakeHub implements AsyncDisposable {
  /** What the file holds; a new array is a new version. */
  content: Uint8Array<ArrayBuffer>;
  /** The digest in the hub's header; nothing for a hub that does not say. */
  linkedEtag: string | undefined;
  /** The validator of the file itself. */
  etag: string | undefined = '"v1"';
  /** Bytes of each chunk sent. */
  chunkBytes = 1024;
  /** For the requests to come, in order. */
  readonly faults: Fault[] = [];
  /** The range asked for by each request of the file, "" for all. */
  readonly ranges: string[] = [];
  readonly spec: WeightsSpec = { repo: "owner/name", revision: "main", file: "w.safetensors" };
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #parked = new Map<ReadableStreamDefaultController<Uint8Array>, number>();

  constructor(content: Uint8Array<ArrayBuffer>) {
    this.content = content;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response() },
      (request) => this.#answer(request),
    );
  }

  /** The hub's base URL. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const controller of this.#parked.keys()) controller.error();
    await this.#server.shutdown();
  }

  /** Told what the client has, which is when connections to be dropped are: earlier, the bytes might never leave. */
  received(bytes: number): void {
    for (const [controller, end] of this.#parked) {
      if (bytes < end) continue;
      controller.error(new Error("dropped"));
      this.#parked.delete(controller);
    }
  }

  #answer(request: Request): Response {
    const { pathname } = new URL(request.url);
    const { repo, revision, file } = this.spec;
    if (pathname === `/${repo}/resolve/${revision}/${file}`) {
      const headers = new Headers({ location: "/api/blob" });
      if (this.linkedEtag !== undefined) headers.set("x-linked-etag", `"${this.linkedEtag}"`);
      return new Response(null, { status: 307, headers });
    }
    if (pathname === "/api/blob") {
      return new Response(null, { status: 302, headers: { location: "/blob" } });
    }
    return pathname === "/blob" ? this.#answerFile(request) : new Response("?", { status: 404 });
  }

  #answerFile(request: Request): Response {
    this.ranges.push(request.headers.get("range") ?? "");
    const fault = this.faults.shift();
    if (fault?.kind === "status") return new Response("Sorry", { status: fault.status });
    const size = this.content.length;
    const start = fault?.kind === "no ranges" ? 0 : this.#rangeStart(request);
    const headers = new Headers();
    if (this.etag !== undefined) headers.set("etag", this.etag);
    if (start >= size && start > 0) {
      headers.set("content-range", `bytes */${size}`);
      return new Response(null, { status: 416, headers });
    }
    headers.set("content-length", String(size - start));
    if (start > 0) headers.set("content-range", `bytes ${start}-${size - 1}/${size}`);
    const status = start > 0 ? 206 : 200;
    return new Response(this.#send(start, fault), { status, headers });
  }

  /** Where to start: 0 unless a range is asked for, of the version that is there. */
  #rangeStart(request: Request): number {
    const condition = request.headers.get("if-range");
    const range = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "");
    return range === null || condition !== this.etag ? 0 : Number(range[1]);
  }

  #send(start: number, fault: Fault | undefined): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { content } = this;
    const end = fault !== undefined && "afterBytes" in fault
      ? start + fault.afterBytes
      : content.length;
    let position = start;
    return new ReadableStream({
      pull: (controller) => {
        if (position < end) {
          const chunk = content.subarray(position, Math.min(end, position + this.chunkBytes));
          position += chunk.length;
          controller.enqueue(chunk);
        } else if (fault?.kind === "drop" || fault?.kind === "stall") {
          this.#parked.set(controller, fault.kind === "drop" ? end : Infinity);
          return new Promise<void>(() => {});
        } else controller.close();
      },
    });
  }
}
