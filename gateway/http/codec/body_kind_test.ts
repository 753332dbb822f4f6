import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { actualBodyKind, assertJson, bodyKind } from "./body_kind.ts";

for (
  const [type, kind] of [
    ["application/json", "json"],
    ["APPLICATION/JSON; charset=utf-8", "json"],
    ["multipart/form-data; boundary=x", "multipart"],
    ["image/jpeg", "image"],
    ["image/anything", "image"],
    ["application/octet-stream", "image"],
    ["Binary/Octet-Stream ; a=b", "image"],
    ["application/x-image-batch", "image_batch"],
    ["Application/X-Image-Batch; a=b", "image_batch"],
    ["text/json", "json"],
    ["application/vnd.api+JSON;v=1", "json"],
    ["text/plain", "text"],
    ["text/plain;charset=UTF-8", "text"],
    ["", undefined],
  ] as const
) {
  Deno.test(`bodyKind() takes ${type} for ${kind}`, () => {
    assert.equal(bodyKind(new Headers({ "content-type": type })), kind);
    for (const coding of ["Identity", "", "identity, identity"]) {
      const headers = new Headers({ "content-type": type, "content-encoding": coding });
      assert.equal(bodyKind(headers), kind);
    }
  });
}

for (
  const headers of [
    { "content-type": "text/html" },
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

Deno.test("actualBodyKind() tells by the first bytes what the head leaves open, and what fetch calls text", () => {
  assert.equal(bodyKind(new Headers()), undefined);
  const encode = (text: string) => new TextEncoder().encode(text);
  const kind = (text: string) => actualBodyKind(undefined, encode(text));
  assert.equal(actualBodyKind("text", encode(' {"image":""}')), "json");
  assert.equal(actualBodyKind("text", encode("a cat {and} a dog")), "text");
  assert.equal(actualBodyKind("image", encode("{")), "image");
  for (const text of ['{"image":""}', ' \r\n{"images":[]}', '\ufeff{"image":""}']) {
    assert.equal(kind(text), "json", text);
  }
  for (const text of ["\xff\xd8\xff", "GIF89a{", "", "--x\r\n"]) assert.equal(kind(text), "image");
});

Deno.test("assertJson() takes JSON alone", () => {
  assertJson("json");
  for (const kind of ["image", "image_batch", "multipart", "text"] as const) {
    assert.equal(thrownBy(() => assertJson(kind)).code, "unsupported_media_type", kind);
  }
});
