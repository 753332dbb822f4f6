/**
 * The container's health check: exit code 0 if the gateway in this container answers a probe with 2xx, else 1.
 *
 * Docker Compose waits for `/readyz`; the image itself asks `/livez`. The image has no curl. Not by `fetch`, which would
 * ask the proxy of HTTP_PROXY for 127.0.0.1: Docker puts that variable into containers on hosts behind one.
 */
const TIMEOUT_MS = 8000;

/** `HTTP/1.1 200` */
const STATUS_CHARS = 12;

if (import.meta.main) {
  const [path = "/livez"] = Deno.args;
  const port = Number(Deno.env.get("GATEWAY_PORT") ?? "8080");
  setTimeout(() => Deno.exit(1), TIMEOUT_MS);
  Deno.exit(await answers(port, path).catch(() => false) ? 0 : 1);
}

async function answers(port: number, path: string): Promise<boolean> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  let head = "";
  for await (const text of connection.readable.pipeThrough(new TextDecoderStream())) {
    head += text;
    if (head.length >= STATUS_CHARS) break;
  }
  return /^HTTP\/1\.1 2\d\d/.test(head);
}
