/** Images that are fetched from addresses. */
import { integer, list, oneOf } from "./config_field.ts";

const LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
const NAME = `(?:${LABEL}\\.)*${LABEL}`;
/** A name with or without a port, all names below one, or all. */
const HOST = new RegExp(`^(?:${NAME}(?::\\d{1,5})?|\\*\\.${NAME}|\\*)$`);
/** A name that ends in a number is an address. */
const NUMBER = /(?:^|\.)\d+(?::\d+)?$/;
const PORT = /:(\d+)$/;
const HTTPS_PORT = 443;

/** By the name their value has in `Config`. */
export const URL_FIELDS = {
  urlInput: oneOf("GATEWAY_URL_INPUT", {
    default: "off",
    values: ["off", "https"],
    doc: "Whether images may be addresses, from which the gateway fetches them",
  }),
  urlInputHosts: list("GATEWAY_URL_INPUT_HOSTS", {
    default: "",
    itemsMax: 256,
    isAllowed: (host) =>
      host.length <= 259 && HOST.test(host) && !NUMBER.test(host) && isPort(host),
    allowed: "NAME, NAME:PORT, *.NAME or *, separated by commas",
    doc:
      "Hosts that images may be fetched from, redirects included: a name, a name and port, *.example.com for all names below that one, or * for all; only those with public addresses",
  }),
  urlInputTimeoutMs: integer("GATEWAY_URL_INPUT_TIMEOUT_MS", {
    default: 5000,
    unit: "ms",
    range: [10, 600_000],
    doc:
      "Time for fetching one image, redirects included; the request's deadline goes on meanwhile",
  }),
  urlInputFetchesMax: integer("GATEWAY_URL_INPUT_FETCHES_MAX", {
    default: 64,
    unit: "fetches",
    range: [1, 4096],
    doc: "Images being fetched at once, in all isolates; 4 at most are of one request",
  }),
} as const;

/** Ports that images are fetched from, ascending; none where none are. */
export function urlPorts(
  { urlInput, urlInputHosts }: {
    readonly urlInput: "off" | "https";
    readonly urlInputHosts: readonly string[];
  },
): number[] {
  if (urlInput === "off") return [];
  const ports = urlInputHosts.map((host) => Number(PORT.exec(host)?.[1] ?? HTTPS_PORT));
  return [...new Set([HTTPS_PORT, ...ports])].sort((a, b) => a - b);
}

function isPort(host: string): boolean {
  const port = PORT.exec(host)?.[1];
  return port === undefined || Number(port) > 0 && Number(port) <= 65_535;
}
