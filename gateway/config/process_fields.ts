/** Where the process listens, who may come in, how it ends and what it logs. */
import { integer, oneOf, secretList } from "./config_field.ts";
import { host } from "./host.ts";
import { origins } from "./origins.ts";

/** By the name their value has in `Config`. */
export const PROCESS_FIELDS = {
  host: host("GATEWAY_HOST", {
    default: "127.0.0.1",
    doc: "Address to listen on; loopback unless a proxy or container asks for more",
  }),
  port: integer("GATEWAY_PORT", {
    default: 8080,
    range: [0, 65535],
    doc: "Port to listen on; 0 takes a free one",
  }),
  isolates: integer("GATEWAY_ISOLATES", {
    default: 0,
    unit: "isolates",
    range: [0, 64],
    doc:
      "Threads that each listen, decode and embed; 0 takes one a core, 16 at most. One serves an embedded model with weights, and systems other than Linux",
  }),
  apiKeys: secretList(
    "GATEWAY_API_KEYS",
    "Keys of which clients must send one as a bearer token; empty lets everyone in",
  ),
  corsOrigins: origins(
    "GATEWAY_CORS_ORIGINS",
    "Origins whose pages may ask from a browser, and read the replies; none unless named. There is no star: without keys every page that somebody inside opens could use the gateway",
  ),
  drainDelayMs: integer("GATEWAY_DRAIN_DELAY_MS", {
    default: 0,
    unit: "ms",
    range: [0, 120_000],
    doc:
      "Time between SIGTERM and closing the socket, for load balancers to notice; every reply says meanwhile that its connection ends",
  }),
  drainTimeoutMs: integer("GATEWAY_DRAIN_TIMEOUT_MS", {
    default: 15_000,
    unit: "ms",
    range: [0, 600_000],
    doc: "Time requests in flight get to finish at shutdown before the process exits anyway",
  }),
  fence: oneOf("GATEWAY_FENCE", {
    default: "auto",
    values: ["auto", "require", "off"],
    doc:
      "What the process gives up before it serves, for good (docs/security.md): what the kernel lets it, all of it or no start, or nothing",
  }),
  denoCheck: oneOf("GATEWAY_DENO_CHECK", {
    default: "require",
    values: ["require", "warn"],
    doc:
      "Whether a Deno that may crash beside Triton is refused at the start, or only warned of, to try it; others than the tested one are warned of",
  }),
  logLevel: oneOf("GATEWAY_LOG_LEVEL", {
    default: "info",
    values: ["debug", "info", "warn", "error"],
    doc: "Least severe level that is logged; info logs no single good request",
  }),
  logFormat: oneOf("GATEWAY_LOG_FORMAT", {
    default: "auto",
    values: ["auto", "json", "text"],
    doc:
      "Log lines as JSON, or as text for people; auto writes text where standard output is a terminal",
  }),
} as const;
