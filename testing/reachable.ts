/** Whether servers that somebody named are there, before anything is started for them. */

/**
 * Opens a connection to each server and closes it.
 *
 * @param urls With http or https.
 * @throws {Error} that names the first that is not there.
 */
export async function assertReachable(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const { hostname, port, protocol } = new URL(url);
    try {
      using _ = await Deno.connect({
        hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
        port: Number(port) || (protocol === "https:" ? 443 : 80),
      });
    } catch (cause) {
      throw new Error(`Cannot reach ${url}: ${(cause as Error).message}`, { cause });
    }
  }
}
