import assert from "node:assert/strict";
import { publicOrigin } from "./public_url.ts";

for (
  const [url, headers, expected] of [
    ["http://localhost:8080/", {}, "http://localhost:8080"],
    ["http://[::1]:40221/", {}, "http://[::1]:40221"],
    [
      "http://10.0.0.2:8080/",
      { "x-forwarded-proto": "https", "x-forwarded-host": "photos.example" },
      "https://photos.example",
    ],
    [
      "http://10.0.0.2:8080/",
      { "x-forwarded-proto": "https, http", "x-forwarded-host": "Photos.example:8443, inner" },
      "https://photos.example:8443",
    ],
    ["http://photos.example/", { "x-forwarded-proto": "javascript" }, "http://photos.example"],
    ["http://a.example/", { "x-forwarded-host": "<script>alert(1)</script>" }, "http://a.example"],
    ["http://a.example/", { "x-forwarded-host": "b.example;rm -rf ~" }, "http://a.example"],
    ["http://a$(id).example/", {}, undefined],
  ] as const
) {
  Deno.test(`publicOrigin() is ${expected} at ${url} with ${JSON.stringify(headers)}`, () => {
    assert.equal(publicOrigin({ url, headers: new Headers(headers) }), expected);
  });
}
