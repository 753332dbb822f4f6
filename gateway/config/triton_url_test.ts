import assert from "node:assert/strict";
import { tritonUrl } from "./triton_url.ts";

const FIELD = tritonUrl("GATEWAY_TRITON_URL", { default: "http://127.0.0.1:8001", doc: "Where" });

for (
  const url of [
    "http://127.0.0.1:8001",
    "http://triton:8001/",
    "http://gpu_1.example.com:80",
    "http://[::1]:8001",
    "HTTP://localhost:65535",
  ]
) {
  Deno.test(`tritonUrl() takes ${url}`, () => assert.equal(FIELD.parse(url), url));
}

for (
  const [url, fault] of [
    ["https://triton:8001", "TLS to Triton is not supported"],
    ["grpcs://triton:8001", "TLS to Triton is not supported"],
    ["grpc://triton:8001", "it begins with http://"],
    ["triton:8001", "it begins with http://"],
    ["", "it begins with http://"],
    ["http://triton", "the port is missing"],
    ["http://[::1]", "the port is missing"],
    ["http://triton:99999", "the port is a number from 1 to 65535"],
    ["http://triton:0", "the port is a number from 1 to 65535"],
    ["http://triton:", "the port is a number from 1 to 65535"],
    ["http://triton:8001/v2", "nothing follows the port"],
    ["http://triton:8001?tls=1", "nothing follows the port"],
    ["http://triton:8001#a", "nothing follows the port"],
    ["http://me:secret@triton:8001", "Triton takes no user and no password"],
    ["http://:8001", "the host is a name"],
    ["http://tri ton:8001", "the host is a name"],
    ["http://::1:8001", "the host is a name"],
    ["http://a,b:8001", "the host is a name"],
    ["http://999.1.1.1:8001", "the host is a name"],
    ["http://tri..ton:8001", "the host is a name"],
    ["http://.triton:8001", "the host is a name"],
    ["http://[1::2::3]:8001", "the host is a name"],
    ["http://[triton]:8001", "the host is a name"],
    ["http://[]:8001", "the host is a name"],
  ] as const
) {
  Deno.test(`tritonUrl() refuses ${JSON.stringify(url)}, as ${fault}`, () => {
    assert.throws(() => FIELD.parse(url), (error: Error) => {
      const form = "must be http://HOST:PORT, such as http://127.0.0.1:8001; ";
      return error instanceof RangeError && error.message.startsWith(form + fault);
    });
  });
}
