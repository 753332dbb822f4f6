import assert from "node:assert/strict";
import { bracketed, immichAddress, listenAddress, tritonAddress } from "./addresses.ts";

Deno.test("bracketed() puts brackets around IPv6 alone", () => {
  assert.deepEqual(["::1", "127.0.0.1", "gpu"].map(bracketed), ["[::1]", "127.0.0.1", "gpu"]);
});

Deno.test("listenAddress() leaves out a port that the kernel is to choose", () => {
  assert.equal(listenAddress({ host: "::", port: 80 }), "[::]:80");
  assert.equal(listenAddress({ host: "127.0.0.1", port: 0 }), "127.0.0.1");
});

Deno.test("tritonAddress() keeps port 80, and drops what stands around", () => {
  assert.equal(tritonAddress({ tritonUrl: "HTTP://[::1]:80/" }), "[::1]:80");
  assert.equal(tritonAddress({ tritonUrl: "http://triton:8001" }), "triton:8001");
});

Deno.test("immichAddress() is that of a server there is", () => {
  assert.equal(immichAddress({ immichUpstreamUrl: "http://ml:80/" }), "ml:80");
  assert.equal(immichAddress({ immichUpstreamUrl: "" }), undefined);
});
