/** The edge as it is shipped, before a real gateway. Needs `caddy` on the PATH, as in CI, for all but the refusals. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DIALECTS } from "../gateway/http/dialects/registry.ts";
import { startGateway, type TestGateway } from "../testing/harness.ts";
import { testPosix } from "../testing/platform_tests.ts";
import { isServed } from "../testing/raw_client.ts";
import { FRAMINGS, send } from "../testing/request_framings.ts";
import { pickPorts } from "../testing/triton/ports.ts";
import { until } from "../testing/until.ts";
import { routeLines } from "../tools/reference.ts";

const CADDYFILE = fileURLToPath(new URL("caddy/Caddyfile", import.meta.url));
const START = fileURLToPath(new URL("caddy/start.sh", import.meta.url));
const EXIT_USAGE = 64;
const MIB = 1024 * 1024;
/** What docker-compose.yml gives it by default, and permission to do without keys. */
const ENVIRONMENT = {
  BODY_BYTES_MAX: "33554432",
  CADDYFILE,
  EDGE_DOMAIN: "http://:0",
  EDGE_WITHOUT_KEYS: "yes",
  INFLIGHT_REQUESTS_MAX: "256",
  REQUEST_TIMEOUT_MS: "10000",
  UPLOAD_TIMEOUT_MS: "60000",
  STOP_SECONDS: "30",
};

async function hasCaddy(): Promise<boolean> {
  try {
    return (await new Deno.Command("caddy", { args: ["version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** Runs the container's command until it ends. */
async function runEdge(environment: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [START],
    env: { ...ENVIRONMENT, ...environment },
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout), log: decoder.decode(stderr) };
}

/** The configuration that Caddy gets. */
async function adapt(environment: Record<string, string> = {}) {
  const { output } = await runEdge({ ...environment, EDGE_ADAPT: "yes" });
  const { apps } = JSON.parse(output);
  const [server] = Object.values(apps.http.servers) as Record<string, unknown>[];
  return { text: output, server, grace: apps.http.grace_period };
}

/** The shipped configuration without TLS, on loopback. */
async function startCaddy(
  gateway: TestGateway,
  environment: Record<string, string> = {},
): Promise<AsyncDisposable & { url: string; log: () => Promise<string> }> {
  const { http } = pickPorts({});
  const url = `http://127.0.0.1:${http}`;
  const folder = await Deno.makeTempDir();
  const log = `${folder}/log`;
  const child = new Deno.Command("sh", {
    args: ["-c", 'exec sh "$0" > "$1"', START, log],
    env: {
      ...ENVIRONMENT,
      ...environment,
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
    log: async () => await Deno.readTextFile(log),
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

Deno.test({
  name: "Caddy logs requests without their keys, wherever those stand",
  ignore: !await hasCaddy(),
  fn: async () => {
    await using gateway = await startGateway();
    await using caddy = await startCaddy(gateway);
    const key = "a-key-of-test-0123456";
    const headers = { "x-goog-api-key": key, authorization: `Bearer ${key}` };
    const response = await fetch(`${caddy.url}/v1beta/models?alt=json&key=${key}`, { headers });
    await response.body?.cancel();
    await until("it is logged", async () => (await caddy.log()).includes("alt=json"));
    assert.ok(!(await caddy.log()).includes(key));
  },
});

Deno.test("Caddy passes on every route of the gateway but /metrics", async () => {
  const [, list = ""] = /^\t@public path (.+)$/m.exec(await Deno.readTextFile(CADDYFILE)) ?? [];
  const passes = (path: string) =>
    list.split(" ").some((known) =>
      known.endsWith("*") ? path.startsWith(known.slice(0, -1)) : path === known
    );
  const paths = routeLines().map((route) => route.slice(route.indexOf("/")));
  assert.deepEqual(paths.filter((path) => !passes(path)), ["/metrics"]);
});

Deno.test("Caddy's log has no key that stands in a query", async () => {
  const keys = DIALECTS.flatMap(({ key }) => /in the query as (\w+)=KEY/.exec(key.hint)?.[1] ?? []);
  assert.ok(keys.length > 0);
  const text = await Deno.readTextFile(CADDYFILE);
  for (const name of keys) assert.match(text, new RegExp(`^\t+replace ${name} REDACTED$`, "m"));
});

Deno.test({
  name: "Caddy's limits are the Caddyfile's own by default, and follow the gateway's settings",
  ignore: !await hasCaddy(),
  fn: async () => {
    const seconds = (count: number) => count * 1_000_000_000;
    const { stdout } = await new Deno.Command("caddy", {
      args: ["adapt", "--config", CADDYFILE, "--adapter", "caddyfile"],
      env: { EDGE_DOMAIN: ENVIRONMENT.EDGE_DOMAIN },
      stderr: "null",
    }).output();
    assert.deepEqual(
      JSON.parse(new TextDecoder().decode(stdout)),
      JSON.parse((await adapt()).text),
    );
    const raised = await adapt({
      BODY_BYTES_MAX: "100000000",
      INFLIGHT_REQUESTS_MAX: "1000",
      REQUEST_TIMEOUT_MS: "60000",
      UPLOAD_TIMEOUT_MS: "120000",
      STOP_SECONDS: "70",
    });
    assert.equal(raised.server?.read_timeout, seconds(125));
    assert.equal(raised.server?.write_timeout, seconds(200));
    assert.equal(raised.grace, seconds(65));
    assert.match(raised.text, /"max_size":125000000\b/);
    assert.match(raised.text, /"response_header_timeout":75000000000\b/);
    assert.match(raised.text, /"unhealthy_request_count":2000\b/);
  },
});

Deno.test("the guide has the times that the Caddyfile has", async () => {
  const guide = await Deno.readTextFile(new URL("../docs/gpu-host.md", import.meta.url));
  const file = await Deno.readTextFile(CADDYFILE);
  const time = (name: string) => new RegExp(`${name} (?:\\{\\$\\w+:)?(\\d+)s`).exec(file)?.[1];
  const waits = `waits ${time("read_header")} s for a header, ${
    time("read_body")
  } s for a body and ${time("idle")} s for the next request`;
  assert.ok(guide.replaceAll(/\s+/g, " ").includes(waits), waits);
});

Deno.test({
  name: "Caddy lets through what a gateway with larger settings takes",
  ignore: !await hasCaddy(),
  fn: async () => {
    const settings = {
      GATEWAY_BODY_BYTES_MAX: String(64 * MIB),
      GATEWAY_MEMORY_BYTES_MAX: String(512 * MIB),
      // 41 MiB of JSON take seconds where the tests' machine is busy.
      GATEWAY_REQUEST_TIMEOUT_MS: "60000",
    };
    await using gateway = await startGateway(settings);
    await using caddy = await startCaddy(gateway, {
      BODY_BYTES_MAX: String(64 * MIB),
      REQUEST_TIMEOUT_MS: "60000",
      STOP_SECONDS: "70",
    });
    const response = await fetch(`${caddy.url}/embed`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"image":"${" ".repeat(41 * MIB)}"}`,
    });
    // The gateway read it all: Caddy's own 413 has no body.
    const { error } = await response.json();
    assert.match(error.message, /its bytes must be ≤ 8388608: current value is 32243712/);
  },
});

for (
  const [environment, message] of [
    [{ EDGE_DOMAIN: "" }, /set EDGE_DOMAIN/],
    [{ EDGE_WITHOUT_KEYS: "no" }, /set GATEWAY_API_KEYS/],
    [{ BODY_BYTES_MAX: "32MiB" }, /GATEWAY_BODY_BYTES_MAX .* whole number/],
    [{ UPLOAD_TIMEOUT_MS: "" }, /GATEWAY_UPLOAD_TIMEOUT_MS .* whole number/],
    [{ REQUEST_TIMEOUT_MS: "" }, /GATEWAY_REQUEST_TIMEOUT_MS .* whole number/],
    [{ INFLIGHT_REQUESTS_MAX: "0" }, /GATEWAY_INFLIGHT_REQUESTS_MAX .* above 0/],
    [{ REQUEST_TIMEOUT_MS: "20001" }, /STOP_SECONDS .* current value is 30/],
  ] as const
) {
  testPosix(`start.sh refuses ${JSON.stringify(environment)}`, async () => {
    const { code, log } = await runEdge(environment);
    assert.equal(code, EXIT_USAGE);
    assert.match(log, message);
  });
}
