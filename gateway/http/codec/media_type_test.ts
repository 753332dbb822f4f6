import assert from "node:assert/strict";
import { isImageType, isJsonType, mediaType } from "./media_type.ts";

Deno.test("mediaType() gives the type without parameters, in lower case", () => {
  const types = ["Image/JPEG", " image/jpeg ;q=1", "image/jpeg;", 'image/jpeg; a="b;c"'];
  for (const type of types) assert.equal(mediaType(type), "image/jpeg", type);
  for (const type of ["", " ", ";charset=utf-8"]) assert.equal(mediaType(type), "", type);
});

Deno.test("isImageType() takes images and bytes of any kind", () => {
  for (const type of ["image/webp", "application/octet-stream", "binary/octet-stream"]) {
    assert.equal(isImageType(type), true, type);
  }
  for (const type of ["", "image", "text/plain", "video/mp4", "application/octet-streams"]) {
    assert.equal(isImageType(type), false, type);
  }
});

Deno.test("isJsonType() takes JSON and what is written in it", () => {
  for (const type of ["application/json", "text/json", "application/vnd.api+json"]) {
    assert.equal(isJsonType(type), true, type);
  }
  for (const type of ["", "application/jsonp", "application/json-seq", "text/plain"]) {
    assert.equal(isJsonType(type), false, type);
  }
});
