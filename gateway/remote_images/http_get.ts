/** One GET over a connection that is there: no pool, no proxy, no cookies, nothing unpacked. */
import { Agent, type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { NAME, VERSION } from "../config/version.ts";
import type { Target } from "./allowed_hosts.ts";

const HEADER_BYTES_MAX = 16 * 1024;

/**
 * Asks for a path, and waits for the head of the answer. Whoever reads its body, or does not, destroys the socket.
 *
 * @throws {Error} when the connection breaks, or what comes is not HTTP/1.
 */
export async function httpGet(target: Target, socket: Duplex): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { host, port, path } = target;
  const asked = request({
    agent: new OneSocket(socket),
    host,
    path,
    setHost: false,
    maxHeaderSize: HEADER_BYTES_MAX,
    headers: {
      host: target.url.port === "" ? host : `${host}:${port}`,
      "user-agent": `${NAME}/${VERSION}`,
      accept: "*/*",
      "accept-encoding": "identity",
      connection: "close",
    },
  }, (answer) => {
    // One that is not read to its end breaks with its socket.
    answer.on("error", () => {});
    resolve(answer);
  });
  asked.on("error", reject);
  socket.once("close", () => reject(new Error("connection closed before the answer")));
  asked.end();
  return await promise;
}

/** Hands out the one connection. */
class OneSocket extends Agent {
  readonly #socket: Duplex;

  constructor(socket: Duplex) {
    // Of its own accord it would look for proxies in the environment, which the gateway may not read.
    super({ proxyEnv: {} } as object);
    this.#socket = socket;
  }

  // Node's type wants a socket of its own, of which the protocol needs but the stream.
  override createConnection = (): ReturnType<Agent["createConnection"]> =>
    this.#socket as ReturnType<Agent["createConnection"]>;
}
