/** Which addresses of the network are everybody's. */
import ipaddr from "ipaddr.js";

/**
 * Whether an address is one of IPv4 that is reachable by the whole internet: none that IANA's registry of special-purpose
 * addresses has, and no multicast.
 *
 * Of IPv6 none is: Deno grants no range of it, and inside it are many forms of IPv4's (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(address) &&
    ipaddr.IPv4.parse(address).range() === "unicast";
}
