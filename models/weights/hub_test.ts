import assert from "node:assert/strict";
import { FakeHub } from "../../testing/models/fake_hub.ts";
import { DEFAULT_HUB, hubUrl, requestFile } from "./hub.ts";

const spec = { repo: "owner/name", revision: "main", file: "w.safetensors" };
const signal = new AbortController().signal;

Deno.test("hubUrl() takes mirrors with and without a path", () => {
  assert.equal(
    hubUrl(DEFAULT_HUB, spec).href,
    "https://huggingface.co/owner/name/resolve/main/w.safetensors",
  );
  const mirrored = "http://mirror:8080/hf/owner/name/resolve/main/w.safetensors";
  assert.equal(hubUrl("http://mirror:8080/hf", spec).href, mirrored);
  assert.equal(hubUrl("http://mirror:8080/hf/", spec).href, mirrored);
});

Deno.test("hubUrl() refuses what is no web address", () => {
  for (const endpoint of ["mirror", "ftp://mirror"]) {
    assert.throws(() => hubUrl(endpoint, spec), {
      name: "RangeError",
      message: `Cannot use ${endpoint} as model hub: it must be an http or https URL`,
    });
  }
});

Deno.test("requestFile() follows relative redirects and keeps the digest on the way", async () => {
  await using hub = new FakeHub(new Uint8Array([1, 2, 3]));
  const digest = "a".repeat(64);
  for (
    const [linkedEtag, expected] of [[digest, digest], ["short", undefined], [undefined, undefined]]
  ) {
    hub.linkedEtag = linkedEtag;
    const { response, sha256 } = await requestFile(hubUrl(hub.endpoint, hub.spec), {
      headers: { range: "bytes=1-", "if-range": '"v1"' },
      signal,
    });
    assert.equal(sha256, expected);
    assert.deepEqual(await response.bytes(), new Uint8Array([2, 3]));
  }
});

Deno.test("requestFile() follows five redirects, and gives up a circle of them", async () => {
  let requests = 0;
  let redirects = 5;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    requests++;
    if (redirects-- === 0) return new Response("file");
    return new Response(null, { status: 302, headers: { location: "/" } });
  });
  const url = new URL(`http://127.0.0.1:${server.addr.port}/`);
  const { response } = await requestFile(url, { headers: {}, signal });
  assert.deepEqual([await response.text(), requests], ["file", 6]);
  redirects = Infinity;
  await assert.rejects(requestFile(url, { headers: {}, signal }), {
    message: `Cannot follow more than 5 redirects from ${url}`,
  });
  assert.equal(requests, 12);
});
