/** A host of images on loopback, by TLS: it says what a test tells it to, byte by byte. */
import type { Network } from "../../gateway/remote_images/image_fetcher.ts";
import { until } from "../until.ts";
import { testCertificate } from "./certificate.ts";

const NAMES = ["photos.example", "*.photos.example"];
const HEAD_END = "\r\n\r\n";
const encoder = new TextEncoder();

/** How a request is answered; the connection closes when it settles. */
export type Answer = (path: string, connection: HostConnection) => Promise<void>;

/** One that was made to the host. */
interface HostConnection {
  send(...parts: readonly (string | Uint8Array)[]): Promise<void>;
  /** Settles when the other side has closed it. */
  closed(): Promise<void>;
}

/** A host until it is disposed of; the gateway's part in that is to leave no connection open. */
export interface ImageHost extends AsyncDisposable {
  readonly port: number;
  /** Heads of requests so far. */
  readonly heads: readonly string[];
  /** Connections that are open. */
  readonly open: number;
  /** A world in which every name is this host's, and its address is a public one. */
  readonly network: Network;
}

/** Starts one for `photos.example` and names below that. */
export async function startImageHost(answer: Answer): Promise<ImageHost> {
  const { cert, key } = await testCertificate(NAMES);
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const heads: string[] = [];
  const open = new Set<Deno.TlsConn>();
  const accepting = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      void serve(conn, heads, answer).finally(() => open.delete(conn));
    }
  })();
  return {
    port: listener.addr.port,
    heads,
    get open() {
      return open.size;
    },
    network: {
      resolve: () => Promise.resolve(["127.0.0.1"]),
      isPublic: (address) => address === "127.0.0.1",
      roots: [cert],
    },
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await accepting;
      await until("its clients have left", () => open.size === 0);
    },
  };
}

/** An answer of HTTP with its length. */
export function reply(
  status: string,
  body: string | Uint8Array = "",
  headers: readonly string[] = [],
): readonly (string | Uint8Array)[] {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const lines = [`HTTP/1.1 ${status}`, `content-length: ${bytes.length}`, ...headers];
  return [lines.join("\r\n") + HEAD_END, bytes];
}

async function serve(conn: Deno.TlsConn, heads: string[], answer: Answer): Promise<void> {
  const buffer = new Uint8Array(4096);
  try {
    let head = "";
    while (!head.includes(HEAD_END)) {
      const count = await conn.read(buffer);
      if (count === null) return;
      head += new TextDecoder().decode(buffer.subarray(0, count));
    }
    heads.push(head);
    await answer(head.split(" ")[1] ?? "", {
      send: async (...parts) => {
        for (const part of parts) {
          let bytes = typeof part === "string" ? encoder.encode(part) : part;
          while (bytes.length > 0) bytes = bytes.subarray(await conn.write(bytes));
        }
      },
      closed: async () => {
        while (await conn.read(buffer) !== null);
      },
    });
    await conn.closeWrite();
  } catch {
    // The other side left, or does not trust the certificate.
  } finally {
    conn.close();
  }
}
