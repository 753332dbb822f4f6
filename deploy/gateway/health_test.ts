/** The health check, with the rights that the images give it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("health_main.ts", import.meta.url));
const FLAGS =
  "-q --no-config --no-lock --no-prompt --cached-only --allow-net=127.0.0.1 --allow-env=GATEWAY_PORT";

async function exitCode(
  port: number,
  path: string,
  environment: Record<string, string> = {},
): Promise<number> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...FLAGS.split(" "), PROGRAM, path],
    env: { GATEWAY_PORT: String(port), ...environment },
  }).output();
  return code;
}

Deno.test("health_main.ts tells a gateway that answers from one that is not ready or gone", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => new Response(null, { status: request.url.endsWith("/readyz") ? 503 : 200 }),
  );
  const { port } = server.addr;
  assert.equal(await exitCode(port, "/livez"), 0);
  assert.equal(await exitCode(port, "/readyz"), 1);
  await server.shutdown();
  assert.equal(await exitCode(port, "/livez"), 1);
});

Deno.test("health_main.ts asks the gateway itself where the host is behind a proxy", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(),
  );
  const proxy = "http://127.0.0.1:1";
  const environment = { HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: "", no_proxy: "" };
  assert.equal(await exitCode(server.addr.port, "/livez", environment), 0);
});

for (const name of ["Dockerfile.gateway", "docker-compose.yml"]) {
  Deno.test(`${name} runs the health check with these rights`, async () => {
    const text = await Deno.readTextFile(new URL(`../../${name}`, import.meta.url));
    const words = text.replace(/["',]|^\s*- /gm, " ").replace(/\s+/g, " ");
    assert.ok(words.includes(`deno run ${FLAGS} deploy/gateway/health_main.ts`));
  });
}
