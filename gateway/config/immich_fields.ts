/** Where Immich's requests go that are not for the gateway. */
import { checked, integer } from "./config_field.ts";
import { isHost } from "./host.ts";

const PORT_MAX = 65_535;
/** A name or an IPv4 address, or an IPv6 address in brackets, with a port. */
const URL_FORM = /^http:\/\/(?:([^:[\]/?#@]+)|\[([^[\]]*:[^[\]]*)\]):(\d{1,5})\/?$/i;

/** By the name their value has in `Config`. */
export const IMMICH_FIELDS = {
  immichUpstreamUrl: checked("GATEWAY_IMMICH_UPSTREAM_URL", {
    default: "",
    allowed: "http://HOST:PORT, such as http://immich-machine-learning:3003, or nothing",
    isAllowed: isUrl,
    doc:
      "Immich's own machine learning server, to which faces and texts in photos are passed on; empty refuses them",
  }),
  immichUpstreamTimeoutMs: integer("GATEWAY_IMMICH_UPSTREAM_TIMEOUT_MS", {
    default: 60_000,
    unit: "ms",
    range: [10, 600_000],
    doc: "Time Immich's own server has for a request: it loads its models when they are asked for",
  }),
} as const;

function isUrl(text: string): boolean {
  if (text === "") return true;
  const [, plain, bracketed = "", port] = URL_FORM.exec(text) ?? [];
  const number = Number(port);
  return isHost(plain ?? bracketed) && number >= 1 && number <= PORT_MAX;
}
