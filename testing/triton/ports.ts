/** Ports that nobody listens on yet, and the wait until somebody does. */
import type { TritonPorts } from "./server_command.ts";

/**
 * Replaces zeros and gaps by free ports of 127.0.0.1, all different. Somebody else may take one before the server
 * does: the caller starts again then.
 */
export function pickPorts(wanted: Partial<TritonPorts>): TritonPorts {
  const listeners: Deno.Listener[] = [];
  const pick = (port = 0): number => {
    if (port !== 0) return port;
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    listeners.push(listener);
    return listener.addr.transport === "tcp" ? listener.addr.port : 0;
  };
  try {
    return { http: pick(wanted.http), grpc: pick(wanted.grpc), metrics: pick(wanted.metrics) };
  } finally {
    for (const listener of listeners) listener.close();
  }
}

/** Between attempts to connect, in milliseconds. */
const RETRY_MS = 5;

/** Resolves when every port takes connections, or the signal aborts. */
export async function waitUntilOpen(ports: TritonPorts, signal: AbortSignal): Promise<void> {
  for (const port of Object.values(ports)) {
    while (!signal.aborted && !await isOpen(port)) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function isOpen(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}
