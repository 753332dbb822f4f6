import assert from "node:assert/strict";
import { SETTING_NAMES } from "./config.ts";
import { describeServiceLinks, separateServiceLinks } from "./service_links.ts";

/** What Kubernetes sets for a Service with one port called http (kubelet's envvars.go). */
function linksOf(service: string, port: string): Record<string, string> {
  const prefix = service.toUpperCase().replaceAll("-", "_");
  const link = `${prefix}_PORT_${port}_TCP`;
  return {
    [`${prefix}_SERVICE_HOST`]: "10.0.0.1",
    [`${prefix}_SERVICE_PORT`]: port,
    [`${prefix}_SERVICE_PORT_HTTP`]: port,
    [`${prefix}_PORT`]: `tcp://10.0.0.1:${port}`,
    [link]: `tcp://10.0.0.1:${port}`,
    [`${link}_PROTO`]: "tcp",
    [`${link}_PORT`]: port,
    [`${link}_ADDR`]: "10.0.0.1",
  };
}

for (
  const service of [
    ...["gateway", "gateway-edge", "gateway-triton", "gateway-models", "gateway-2", "gateway-port"],
    ...["gateway-service", "gateway-service-port", "gateway-service-host"],
  ]
) {
  Deno.test(`separateServiceLinks() takes nothing of a Service called ${service} for a setting`, () => {
    const links = linksOf(service, "8080");
    const own = { GATEWAY_SLOTS: "64", GATEWAY_TRITON_URL: "http://127.0.0.1:8001" };
    assert.deepEqual(separateServiceLinks({ ...own, ...links }), {
      settings: own,
      links: Object.keys(links),
    });
  });
}

Deno.test("separateServiceLinks() knows ports of UDP and SCTP, several Services, and a port that a pod sets itself", () => {
  const others = {
    GATEWAY_PORT_53_UDP: "udp://10.0.0.1:53",
    GATEWAY_PORT_53_UDP_PROTO: "udp",
    GATEWAY_EDGE_PORT_9_SCTP: "sctp://10.0.0.2:9",
    GATEWAY_EDGE_SERVICE_PORT_H2_C: "9",
  };
  const links = { ...linksOf("gateway", "80"), ...linksOf("gateway-edge", "443"), ...others };
  const { settings, links: names } = separateServiceLinks({ ...links, GATEWAY_PORT: "9000" });
  assert.deepEqual(settings, { GATEWAY_PORT: "9000" });
  assert.deepEqual(names, Object.keys(links).filter((name) => name !== "GATEWAY_PORT"));
});

for (
  const env of [
    { GATEWAY_PORT: "8080" },
    { GATEWAY_PORT: "http://10.0.0.1:8080" },
    { GATEWAY_PROT: "tcp://10.0.0.1:8080" },
    { GATEWAY_SERVICE_PORT: "8080" },
    { GATEWAY_SERVICE_HOST: "0.0.0.0" },
    { GATEWAY_EDGE_PORT: "8080" },
    { GATEWAY_PORT_8080_TCP_ADDR: "10.0.0.1" },
    { GATEWAY_SERVICE_HOST: "10.0.0.1", GATEWAY_SERVICE_PORT: undefined },
    { GATEWAY_SERVICE: "1", GATEWAY_PORTS: "1" },
  ]
) {
  Deno.test(`separateServiceLinks() leaves ${JSON.stringify(env)} to be judged as a setting`, () => {
    assert.deepEqual(separateServiceLinks(env), { settings: env, links: [] });
  });
}

Deno.test("separateServiceLinks() takes no setting for a link, whatever Services there are", () => {
  const settings = Object.fromEntries(SETTING_NAMES.map((name) => [name, "1"]));
  const { GATEWAY_PORT: _, ...links } = {
    ...linksOf("gateway", "80"),
    ...linksOf("gateway-triton", "80"),
  };
  assert.deepEqual(separateServiceLinks({ ...links, ...settings }).settings, settings);
});

Deno.test("describeServiceLinks() says what became of the port where that was one", () => {
  const text = "ignored what Kubernetes sets for Services, which is no setting: ";
  assert.equal(describeServiceLinks(["GATEWAY_EDGE_PORT"], 1), `${text}GATEWAY_EDGE_PORT`);
  assert.equal(
    describeServiceLinks(["GATEWAY_PORT", "GATEWAY_SERVICE_HOST"], 8080),
    `${text}GATEWAY_PORT, GATEWAY_SERVICE_HOST; the port is the default, 8080`,
  );
});
