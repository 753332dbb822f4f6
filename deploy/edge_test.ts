/** Hostile framing through the shipped Caddyfile, before a real gateway. Runs where `caddy` is on the PATH, as in CI. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startGateway, type TestGateway } from "../testing/harness.ts";
import { isServed } from "../testing/raw_client.ts";
import { FRAMINGS, send } from "../testing/request_framings.ts";
import { pickPorts } from "../testing/triton/ports.ts";
import { until } from "../testing/until.ts";

const CADDYFILE = fileURLToPath(new URL("caddy/Caddyfile", import.meta.url));

async function hasCaddy(): Promise<boolean> {
  try {
    return (await new Deno.Command("caddy", { args: ["version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** The shipped configuration without TLS, on loopback. */
async function startCaddy(gateway: TestGateway): Promise<AsyncDisposable & { url: string }> {
  const { http } = pickPorts({});
  const url = `http://127.0.0.1:${http}`;
  const folder = await Deno.makeTempDir();
  const child = new Deno.Command("caddy", {
    args: ["run", "--config", CADDYFILE, "--adapter", "caddyfile"],
    env: {
      EDGE_DOMAIN: `http://:${http}`,
      EDGE_GATEWAY: new URL(gateway.url).host,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("Caddy listens", () => isServed(url));
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test({
  name: "Caddy before a gateway: no framing makes a body's rest the next request",
  ignore: !await hasCaddy(),
  fn: async (test) => {
    await using gateway = await startGateway();
    await using caddy = await startCaddy(gateway);
    for (const framing of FRAMINGS) {
      await test.step(framing.name, async () => {
        assert.deepEqual(await send(caddy.url, framing), framing.edge);
      });
    }
  },
});
