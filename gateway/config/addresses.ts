/** The addresses that settings come to, as Deno's grants name them. */
import type { Config } from "./config_fields.ts";

/** An IPv6 address in brackets, whatever else a host is as it is. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** What the gateway listens on; without a port where the kernel chooses one for the first isolate, and all share it. */
export function listenAddress({ host, port }: Pick<Config, "host" | "port">): string {
  return port === 0 ? bracketed(host) : `${bracketed(host)}:${port}`;
}

/** Triton's host and port. */
export function tritonAddress({ tritonUrl }: Pick<Config, "tritonUrl">): string {
  return addressOf(tritonUrl);
}

/** Host and port of Immich's own server; `undefined` where there is none. */
export function immichAddress(
  { immichUpstreamUrl }: Pick<Config, "immichUpstreamUrl">,
): string | undefined {
  return immichUpstreamUrl === "" ? undefined : addressOf(immichUpstreamUrl);
}

/** Port 80 included, which a parsed URL leaves out. */
function addressOf(url: string): string {
  return url.replace(/^http:\/\//i, "").replace(/\/$/, "");
}
