/** Where the process listens, who may come in, how it ends and what it logs. */
import { integer, oneOf, pattern, secretList } from "./config_field.ts";

/** By the name their value has in `Config`. */
export const PROCESS_FIELDS = {
  host: pattern(
    {
      env: "GATEWAY_HOST",
      default: "127.0.0.1",
      doc: "Address to listen on; loopback unless a proxy or container asks for more",
    },
    /^[A-Za-z0-9.:_-]{1,253}$/,
    "an IP address or host name",
  ),
  port: integer(
    { env: "GATEWAY_PORT", default: "8080", doc: "Port to listen on; 0 takes a free one" },
    0,
    65535,
  ),
  apiKeys: secretList({
    env: "GATEWAY_API_KEYS",
    default: "",
    doc: "Keys of which clients must send one as a bearer token; empty lets everyone in",
  }),
  drainDelayMs: integer(
    {
      env: "GATEWAY_DRAIN_DELAY_MS",
      default: "0",
      unit: "ms",
      doc: "Time between SIGTERM and refusing connections, for load balancers to notice",
    },
    0,
    120_000,
  ),
  drainTimeoutMs: integer(
    {
      env: "GATEWAY_DRAIN_TIMEOUT_MS",
      default: "15000",
      unit: "ms",
      doc: "Time requests in flight get to finish at shutdown before the process exits anyway",
    },
    0,
    600_000,
  ),
  logLevel: oneOf(
    {
      env: "GATEWAY_LOG_LEVEL",
      default: "info",
      doc: "Least severe level that is logged; info logs no single good request",
    },
    ["debug", "info", "warn", "error"],
  ),
} as const;
