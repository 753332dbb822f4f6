/** The address of a Triton: its own kind of setting, since each part that a URL may have beyond it means a mistake. */
import type { ConfigField } from "./config_field.ts";

const FORM = "http://HOST:PORT";
const EXAMPLE = "http://127.0.0.1:8001";
/** A name, an IPv4 address, or an IPv6 address in brackets; names of containers may have underscores. */
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])$/;
const PARTS = /^http:\/\/([^/?#]*)(.*)$/i;
const PORT_MAX = 65_535;

/** A setting that holds the gRPC address of Triton. */
export function tritonUrl(
  env: string,
  text: { readonly default: string; readonly doc: string },
): ConfigField<string> {
  return {
    env,
    ...text,
    allowed: FORM,
    isSecret: false,
    parse(value) {
      const fault = tritonUrlFault(value);
      if (fault === undefined) return value;
      throw new RangeError(`must be ${FORM}, such as ${EXAMPLE}; ${fault}`);
    },
  };
}

function tritonUrlFault(value: string): string | undefined {
  if (/^(?:https|grpcs):/i.test(value)) {
    return "TLS to Triton is not supported: it belongs on the same host or in a network of its own";
  }
  const [, authority, rest] = PARTS.exec(value) ?? [];
  if (authority === undefined) return "it begins with http://, for gRPC, too";
  if (rest !== "" && rest !== "/") return "nothing follows the port";
  if (authority.includes("@")) return "Triton takes no user and no password";
  const colon = authority.lastIndexOf(":");
  const isBare = colon < authority.lastIndexOf("]") || colon < 0;
  if (isBare) return "the port is missing, which is 8001 unless Triton was told another one";
  const [host, port] = [authority.slice(0, colon), authority.slice(colon + 1)];
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > PORT_MAX) {
    return `the port is a number from 1 to ${PORT_MAX}`;
  }
  if (!HOST.test(host) || !URL.canParse(value)) {
    return "the host is a name, an IPv4 address or an IPv6 address in brackets";
  }
  return undefined;
}
