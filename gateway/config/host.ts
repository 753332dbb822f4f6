/** Hosts in settings: a bad one must be refused here by its setting's name, before Deno's own words about a grant. */
import { isIPv6 } from "node:net";
import { checked, type ConfigField } from "./config_field.ts";

/** Labels of RFC 1035's length, none of them empty but the root's; names of containers may have underscores. */
const NAME = /^(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?$/;
const NAME_LENGTH_MAX = 253;
const ALLOWED = "an IP address or host name, without port or brackets";

/** Whether a text is a name, an IPv4 address, or an IPv6 address without brackets and zone. */
export function isHost(text: string): boolean {
  if (text.includes(":")) return isIPv6(text) && !text.includes("%");
  // A URL tells addresses that only look like one, such as 999.1.1.1.
  return text.length <= NAME_LENGTH_MAX && NAME.test(text) && URL.canParse(`http://${text}`);
}

/** A setting that holds an address of this machine. */
export function host(
  env: string,
  text: { readonly default: string; readonly doc: string },
): ConfigField<string> {
  return checked(env, { ...text, allowed: ALLOWED, isAllowed: isHost });
}
