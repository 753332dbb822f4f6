import assert from "node:assert/strict";
import { describeConfig, parseConfig } from "./config.ts";
import { FIELDS } from "./config_fields.ts";

const KEY = "s3cret-s3cret-s3cret";

function problems(env: Record<string, string | undefined>): readonly string[] {
  return parseConfig(env).problems;
}

Deno.test("parseConfig() needs nothing: the defaults are a configuration without problems", () => {
  const { config, problems } = parseConfig({});
  assert.deepEqual(problems, []);
  const defaults = Object.values(FIELDS).map((field) => [field.env, field.default]);
  assert.deepEqual(describeConfig(config), Object.fromEntries(defaults));
});

Deno.test("parseConfig() takes values from the environment, and minds no name but its own", () => {
  const { config, problems } = parseConfig({
    GATEWAY_PORT: "0",
    GATEWAY_HOST: "::1",
    GATEWAY_SLOTS: undefined,
    PATH: "/bin",
    gateway_port: "1",
  });
  assert.deepEqual(problems, []);
  assert.equal(config.port, 0);
  assert.equal(config.host, "::1");
  assert.equal(config.slots, 256);
});

Deno.test("parseConfig() reports every bad value at once, with what is allowed and what is there", () => {
  assert.deepEqual(
    problems({ GATEWAY_PORT: "70000", GATEWAY_HOST: "a b", GATEWAY_LOG_LEVEL: "loud" }),
    [
      "GATEWAY_HOST must be an IP address or host name, without port or brackets: current value is a b",
      "GATEWAY_PORT must be an integer from 0 to 65535: current value is 70000",
      "GATEWAY_LOG_LEVEL must be one of debug, info, warn, error: current value is loud",
    ],
  );
});

Deno.test("parseConfig() reports unknown GATEWAY_ names, since a misspelt limit would not hold", () => {
  assert.deepEqual(problems({ GATEWAY_SLOT: "5", GATEWAY_PORT: "x" }), [
    "GATEWAY_PORT must be an integer from 0 to 65535: current value is x",
    "GATEWAY_SLOT is not a known setting: did you mean GATEWAY_SLOTS?",
  ]);
  assert.deepEqual(problems({ GATEWAY_COLOUR: "red" }), [
    "GATEWAY_COLOUR is not a known setting: docs/reference/settings.md lists those there are",
  ]);
});

Deno.test("parseConfig() tells what Kubernetes sets from what is misspelt", () => {
  const links = {
    GATEWAY_PORT: "tcp://10.0.0.1:9000",
    GATEWAY_SERVICE_HOST: "10.0.0.1",
    GATEWAY_SERVICE_PORT: "9000",
    GATEWAY_PORT_9000_TCP_ADDR: "10.0.0.1",
  };
  const { config, problems, serviceLinks } = parseConfig({ ...links, GATEWAY_SERVICE_PROT: "1" });
  assert.equal(config.port, 8080);
  assert.deepEqual(serviceLinks, Object.keys(links));
  assert.deepEqual(problems, [
    "GATEWAY_SERVICE_PROT is not a known setting: docs/reference/settings.md lists those there are",
  ]);
});

Deno.test("parseConfig() repeats no password of an address", () => {
  const [problem = ""] = problems({ GATEWAY_TRITON_URL: "http://me:secret@triton:8001" });
  assert.match(problem, /no password: current value is http:\/\/<redacted>@triton:8001$/);
});

Deno.test("parseConfig() never repeats a secret, right or wrong", () => {
  const { config, problems } = parseConfig({ GATEWAY_API_KEYS: `${KEY},${KEY} 2` });
  assert.deepEqual(problems, [
    "GATEWAY_API_KEYS must be keys of 16–256 printable characters, separated by commas: " +
    "current value is <redacted>",
  ]);
  assert.deepEqual(config.apiKeys, []);
});

Deno.test("describeConfig() shows that there are keys, not which", () => {
  const { config, problems } = parseConfig({ GATEWAY_API_KEYS: `${KEY}1, ${KEY}2` });
  assert.deepEqual(problems, []);
  assert.deepEqual(config.apiKeys, [`${KEY}1`, `${KEY}2`]);
  assert.equal(describeConfig(config)["GATEWAY_API_KEYS"], "<redacted>");
  assert.equal(describeConfig(parseConfig({}).config)["GATEWAY_API_KEYS"], "");
});
