import assert from "node:assert/strict";
import { parseConfig } from "./config.ts";
import { urlPorts } from "./url_fields.ts";

const parse = (hosts: string, input = "https") =>
  parseConfig({ GATEWAY_URL_INPUT: input, GATEWAY_URL_INPUT_HOSTS: hosts });

Deno.test("URL_FIELDS take names, names with ports, wildcards in front, and all", () => {
  const hosts = [
    "photos.example",
    "a_b.example:8443",
    "*.cdn.example",
    "xn--bcher-kva.example",
    "*",
  ];
  const { config, problems } = parse(hosts.join(", "));
  assert.deepEqual(problems, []);
  assert.deepEqual(config.urlInputHosts, hosts);
  assert.deepEqual(urlPorts(config), [443, 8443]);
});

Deno.test("URL_FIELDS refuse what is no name", () => {
  for (
    const host of [
      ...[
        "https://photos.example",
        "photos.example/a",
        "me@photos.example",
        "a..b",
        ".a",
        "a.",
        "-a",
      ],
      ...[
        "127.0.0.1",
        "[::1]",
        "::1",
        "1",
        "a.1",
        "*.example:8443",
        "a.*.example",
        "**",
        "*.",
        "a:0",
      ],
      ...["a:65536", "a:", "bücher.example", "a b", "a,,b", "*.1", "1.2.3.4:443"],
    ]
  ) assert.equal(parse(host).problems.length > 0, true, host);
});

Deno.test("URL_FIELDS want hosts where images may be addresses", () => {
  assert.match(parse("").problems.join(), /GATEWAY_URL_INPUT_HOSTS must name the hosts/);
  assert.deepEqual(parse("", "off").problems, []);
  assert.match(parse("*", "http").problems.join(), /must be one of off, https/);
});

Deno.test("urlPorts() has none where no image may be an address", () => {
  assert.deepEqual(urlPorts(parse("a.example:8443", "off").config), []);
});
