/** A server that does what a case says, a case and a client a path; beside it a gateway and a page, for browsers. */

/** A reply of a script. */
export interface ScriptedReply {
  readonly status?: number;
  /** Of the gateway's catalogue. */
  readonly code?: string;
  /** In place of an embedding. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly space?: string;
  readonly preprocessId?: string;
  /** Breaks the connection in the middle. */
  readonly cut?: boolean;
  /** Answers nothing. */
  readonly never?: boolean;
  readonly times?: number;
}

/** What it saw under a path. */
export interface Visits {
  readonly atMs: number[];
}

const VECTOR = new Uint8Array(Float32Array.of(1, 0).buffer);

/** Answers scripts under `/script/CLIENT/CASE/`, the last reply again and again, and files and a gateway. */
export class ScriptedServer implements AsyncDisposable {
  readonly url: string;
  /** By path, such as `/bundle.js`. */
  readonly files = new Map<string, { readonly type: string; readonly text: string }>();
  readonly #visits = new Map<string, Visits>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #scripts: readonly (readonly ScriptedReply[])[];
  readonly #gatewayUrl: string;

  /** @param scripts By the number of the case. */
  constructor(scripts: readonly (readonly ScriptedReply[])[], gatewayUrl: string) {
    this.#scripts = scripts.map((script) =>
      script.flatMap((reply) => Array.from({ length: reply.times ?? 1 }, () => reply))
    );
    this.#gatewayUrl = gatewayUrl;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response() },
      (request) => this.#answer(request),
    );
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** What a client has asked of a script. */
  visits(client: string, number: number): Visits {
    const key = `${client}/${number}`;
    const visits = this.#visits.get(key) ?? { atMs: [] };
    this.#visits.set(key, visits);
    return visits;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const file = this.files.get(pathname);
    if (file !== undefined) {
      return new Response(file.text, { headers: { "content-type": file.type } });
    }
    const [, room, client = "", number] = pathname.split("/");
    if (room === "script") return await this.#act(request, client, Number(number));
    const path = pathname.replace("/gateway", "");
    return await fetch(`${this.#gatewayUrl}${path}${search}`, {
      method: request.method,
      headers: request.headers,
      ...request.body !== null && { body: await request.arrayBuffer() },
    });
  }

  async #act(request: Request, client: string, number: number): Promise<Response> {
    const { atMs } = this.visits(client, number);
    // Its place, before others come.
    const place = atMs.push(performance.now());
    await request.arrayBuffer();
    const script = this.#scripts[number] ?? [];
    const reply = script[Math.min(place, script.length) - 1] ?? {};
    if (reply.never) {
      await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    }
    return replyOf(reply);
  }
}

function replyOf({ status = 200, code, body, headers, space, preprocessId, cut }: ScriptedReply) {
  if (code !== undefined) {
    const error = { code, message: "Scripted", request_id: "r1" };
    return Response.json({ error }, { status, ...headers && { headers } });
  }
  if (body !== undefined) return new Response(body, { status, ...headers && { headers } });
  const stamps = { "x-embedding-space": space ?? "s1", "x-preprocess-id": preprocessId ?? "p1" };
  return new Response(cut ? brokenStream() : VECTOR, { status, headers: stamps });
}

function brokenStream(): ReadableStream<Uint8Array> {
  let isStarted = false;
  return new ReadableStream({
    pull(controller) {
      if (isStarted) controller.error(new Error("cut"));
      else controller.enqueue(VECTOR.subarray(0, 3));
      isStarted = true;
    },
  });
}
