import assert from "node:assert/strict";
import { rejectedBy } from "../../../testing/thrown.ts";
import { readForm } from "./form.ts";

const file = (...bytes: number[]) => new File([new Uint8Array(bytes)], "photo.jpg");

Deno.test("readForm() gives files in order, names of all fields, and texts", async () => {
  const form = new FormData();
  form.append("b", file(0, 13, 10, 45, 255));
  form.append("normalize", "false");
  form.append("a", file(2));
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type") ?? "";
  const { files, names, texts } = await readForm(await encoded.bytes(), type);
  assert.deepEqual(files, [Uint8Array.of(0, 13, 10, 45, 255), Uint8Array.of(2)]);
  assert.deepEqual(names, ["b", "normalize", "a"]);
  assert.deepEqual(texts, { normalize: "false" });
});

Deno.test("readForm() answers invalid_body for what is no form, and keeps the cause for the log", async () => {
  const body = new TextEncoder().encode("no form");
  for (const type of ["multipart/form-data", "multipart/form-data; boundary=x"]) {
    const error = await rejectedBy(readForm(body, type));
    assert.equal(error.code, "invalid_body");
    assert.ok(error.cause instanceof Error);
  }
});
