/** The world as the system has it. */
import { getCACertificates } from "node:tls";
import type { Network } from "./image_fetcher.ts";
import { isPublicAddress } from "./public_address.ts";

/** The system's name servers, public addresses, Mozilla's roots, and those that `NODE_EXTRA_CA_CERTS` names. */
export function systemNetwork(): Network {
  return {
    resolve,
    isPublic: isPublicAddress,
    roots: [...getCACertificates("bundled"), ...getCACertificates("extra")],
  };
}

async function resolve(host: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    // The dot keeps the system's search domains out.
    return await Deno.resolveDns(`${host}.`, "A", { signal });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
