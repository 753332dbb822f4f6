/** A gateway that goes and comes, for whoever asks it. */

/** Answers for a gateway: by it, or in its place. */
export class GatewayFront implements AsyncDisposable {
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** What comes in place of the gateway's answers, if anything does. */
  instead: (() => Response) | undefined;
  /** Changes what the gateway's answers say of themselves. */
  rewrite: (headers: Headers) => void = () => {};
  /** Told how many embeddings the gateway has answered. */
  onEmbedded: (count: number) => void = () => {};
  #embedded = 0;

  /** @param gateway URL of the real one. */
  constructor(gateway: string) {
    const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
    this.#server = Deno.serve(options, (request) => this.#answer(request, gateway));
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request, gateway: string): Promise<Response> {
    const body = await request.arrayBuffer();
    if (this.instead !== undefined) return this.instead();
    const { pathname, search } = new URL(request.url);
    const response = await fetch(`${gateway}${pathname}${search}`, {
      method: request.method,
      headers: request.headers,
      ...request.method === "POST" && { body },
    });
    if (pathname === "/embed") this.onEmbedded(++this.#embedded);
    const answer = new Response(await response.arrayBuffer(), response);
    this.rewrite(answer.headers);
    return answer;
  }
}

/** What a proxy answers for a gateway that is away. */
export function away(): Response {
  return new Response("bad gateway", { status: 502 });
}
