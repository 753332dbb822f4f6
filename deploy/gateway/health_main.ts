/**
 * The container's health check: exit code 0 if the gateway in this container answers a probe with 2xx, else 1.
 *
 * Docker Compose waits for `/readyz`; the image itself asks `/livez`. The image has no curl.
 */
const TIMEOUT_MS = 8000;

if (import.meta.main) {
  const [path = "/livez"] = Deno.args;
  const port = Deno.env.get("GATEWAY_PORT") ?? "8080";
  Deno.exit(await answers(`http://127.0.0.1:${port}${path}`) ? 0 : 1);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
