/** What can be set: .env.example explains it, it has an effect, and what two services obey reaches both. */
import assert from "node:assert/strict";
import { parseConfig } from "../gateway/config/config.ts";
import { FIELDS } from "../gateway/config/config_fields.ts";
import { readComposeFile } from "./compose/compose_file.ts";
import { environmentOf, readStack, readText } from "./compose/stacks.ts";

const bare = await readStack("bare");
const cpu = await readStack("cpu");
const ports = readComposeFile(await readText("deploy/triton/ports.yml"));
const example = await readText(".env.example");
const variables = new Set([...bare.variables, ...cpu.variables, ...ports.variables]);
const settings = new Set<string>(Object.values(FIELDS).map(({ env }) => env));

/** Names without a value: from .env or the shell, and unset where neither has them. */
const passedOn = (values: Readonly<Record<string, string | null>> = {}) =>
  Object.entries(values).filter(([, value]) => value === null).map(([name]) => name);

const { build, environment } = bare.services.model ?? {};
const modelNames = [...passedOn(build?.args), ...passedOn(environment)];

/** Names at the beginning of a line, commented out or not. */
function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name = ""]) => name));
}

Deno.test(".env.example sets nothing: the first start needs no .env", () => {
  assert.deepEqual(example.split("\n").filter((line) => !/^(#|$)/.test(line)), []);
});

Deno.test(".env.example explains every variable of the Compose files", () => {
  const explained = namesIn(example);
  const missing = [...variables, ...modelNames].filter((name) =>
    !explained.has(name) && !name.startsWith("GATEWAY_")
  );
  assert.deepEqual(missing, []);
});

Deno.test(".env.example names nothing that has no effect", () => {
  const ofCompose = ["COMPOSE_PROFILES", "COMPOSE_FILE"];
  const known = new Set([...variables, ...modelNames, ...settings, ...ofCompose]);
  // Deno itself reads these, in the gateway's container.
  const isOfDeno = (name: string) => name.startsWith("OTEL_");
  const unknown = [...namesIn(example)].filter((name) => !known.has(name) && !isOfDeno(name));
  assert.deepEqual(unknown, []);
});

Deno.test(".env.example shows the defaults of images", () => {
  const images = Object.values(bare.services).flatMap(({ image, build }) => [
    image,
    ...Object.values(build?.args ?? {}),
  ]);
  for (const name of [...variables].filter((name) => name.endsWith("_IMAGE"))) {
    const shown = new RegExp(`^#${name}=(.+)$`, "m").exec(example)?.[1];
    assert.ok(images.includes(shown), `${name}=${shown}`);
  }
});

/** A name with our prefix that is no setting would reach the gateway through `env_file`, which ends its start. */
Deno.test("Compose variables with the gateway's prefix are settings of the gateway", () => {
  const ours = [...variables].filter((name) => name.startsWith("GATEWAY_"));
  assert.deepEqual(ours.filter((name) => !settings.has(name)), []);
});

/** Compose reads variables from the shell and --env-file, too; the gateway's `env_file` is .env alone. */
Deno.test("settings that other services obey reach the gateway wherever they stand", () => {
  const reach = bare.services.gateway?.environment ?? {};
  const obeyed = [...variables].filter((name) => name.startsWith("GATEWAY_"));
  assert.deepEqual(obeyed.filter((name) => reach[name] !== null), []);
  assert.equal(bare.services.fp32?.environment?.GATEWAY_API_KEYS, null);
});

Deno.test("Triton and Caddy take for granted what the gateway does by default", () => {
  const { config } = parseConfig({});
  const caddy = environmentOf(bare.services.caddy ?? {});
  const triton = environmentOf(bare.services.triton ?? {});
  assert.equal(Number(caddy.BODY_BYTES_MAX), config.bodyBytesMax);
  assert.equal(Number(caddy.INFLIGHT_REQUESTS_MAX), config.inflightRequestsMax);
  assert.equal(Number(caddy.REQUEST_TIMEOUT_MS), config.requestTimeoutMs);
  assert.equal(Number(caddy.UPLOAD_TIMEOUT_MS), config.uploadTimeoutMs);
  assert.equal(Number(triton.REQUEST_TIMEOUT_MS), config.requestTimeoutMs);
  assert.equal(Number(triton.TRITON_INFLIGHT), config.slots);
});

Deno.test("Triton and Caddy follow the gateway's settings, and Docker waits as long as they are told", async () => {
  const { services } = await readStack("bare", {
    GATEWAY_BODY_BYTES_MAX: "50000000",
    GATEWAY_INFLIGHT_REQUESTS_MAX: "7",
    GATEWAY_REQUEST_TIMEOUT_MS: "60000",
    GATEWAY_UPLOAD_TIMEOUT_MS: "90000",
    GATEWAY_SLOTS: "9",
    STOP_SECONDS: "90",
  });
  const { caddy = {}, triton = {}, gateway = {} } = services;
  assert.deepEqual(environmentOf(caddy), {
    ...environmentOf(bare.services.caddy ?? {}),
    BODY_BYTES_MAX: "50000000",
    INFLIGHT_REQUESTS_MAX: "7",
    REQUEST_TIMEOUT_MS: "60000",
    UPLOAD_TIMEOUT_MS: "90000",
    STOP_SECONDS: "90",
  });
  assert.equal(triton.environment?.REQUEST_TIMEOUT_MS, "60000");
  assert.equal(triton.environment?.TRITON_INFLIGHT, "9");
  assert.equal(triton.environment?.STOP_SECONDS, "90");
  for (const service of [caddy, triton, gateway]) assert.equal(service.stop_grace_period, "90s");
});
