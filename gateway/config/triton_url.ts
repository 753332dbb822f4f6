/** The address of a Triton: its own kind of setting, since each part that a URL may have beyond it means a mistake. */
import type { ConfigField } from "./config_field.ts";
import { isHost } from "./host.ts";

const FORM = "http://HOST:PORT";
const EXAMPLE = "http://127.0.0.1:8001";
/** A name or an IPv4 address, or an IPv6 address in brackets. */
const HOST = /^(?:([^:[\]]+)|\[([^[\]]*:[^[\]]*)\])$/;
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
  const [, plain, bracketed = ""] = HOST.exec(host) ?? [];
  if (!isHost(plain ?? bracketed)) {
    return "the host is a name, an IPv4 address or an IPv6 address in brackets";
  }
  return undefined;
}
