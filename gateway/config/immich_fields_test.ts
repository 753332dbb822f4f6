import assert from "node:assert/strict";
import { IMMICH_FIELDS } from "./immich_fields.ts";

const { immichUpstreamUrl: url, immichUpstreamTimeoutMs: timeout } = IMMICH_FIELDS;

Deno.test("IMMICH_FIELDS have no server by default, and take one by name or address", () => {
  for (
    const text of [
      url.default,
      "http://immich-machine-learning:3003",
      "http://10.0.0.7:80/",
      "HTTP://[::1]:3003",
    ]
  ) {
    assert.equal(url.parse(text), text);
  }
});

Deno.test("IMMICH_FIELDS take no URL with a path, a user, TLS, or no port", () => {
  for (
    const text of [
      ...["immich:3003", "http://immich", "https://immich:3003", "http://me:key@immich:3003"],
      ...["http://immich:3003/predict", "http://immich:0", "http://immich:65536"],
      ...["http://::1:3003", "http://[immich]:3003", "http://im mich:3003", "http://:3003"],
    ]
  ) {
    assert.throws(() => url.parse(text), RangeError, text);
  }
});

Deno.test("IMMICH_FIELDS leave its server time to load a model", () => {
  assert.equal(timeout.parse(timeout.default), 60_000);
  assert.throws(() => timeout.parse("0"), RangeError);
});
