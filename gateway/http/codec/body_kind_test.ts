import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { bodyKind } from "./body_kind.ts";

for (
  const [type, kind] of [
    ["application/json", "json"],
    ["APPLICATION/JSON; charset=utf-8", "json"],
    ["multipart/form-data; boundary=x", "multipart"],
    ["image/jpeg", "image"],
    ["image/anything", "image"],
    ["application/octet-stream", "image"],
  ] as const
) {
  Deno.test(`bodyKind() takes ${type} for ${kind}`, () => {
    assert.equal(bodyKind(new Headers({ "content-type": type })), kind);
    assert.equal(
      bodyKind(new Headers({ "content-type": type, "content-encoding": "Identity" })),
      kind,
    );
  });
}

for (
  const headers of [
    {},
    { "content-type": "" },
    { "content-type": "text/plain" },
    { "content-type": "application/jsonp" },
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "video/mp4" },
    { "content-type": "application/json", "content-encoding": "gzip" },
    { "content-type": "image/jpeg", "content-encoding": "br" },
    { "content-type": "image/jpeg", "content-encoding": "identity, gzip" },
  ]
) {
  Deno.test(`bodyKind() refuses ${JSON.stringify(headers)}`, () => {
    const error = thrownBy(() => bodyKind(new Headers(headers as Record<string, string>)));
    assert.equal(error.code, "unsupported_media_type");
  });
}
