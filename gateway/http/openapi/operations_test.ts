import assert from "node:assert/strict";
import { describedGateway } from "../../../testing/described_gateway.ts";
import { native } from "../dialects/native.ts";
import { type Json, SchemaShelf } from "./json_schema.ts";
import { Operations } from "./operations.ts";
import { ReplyShelf } from "./reply_shelf.ts";

function operationsOf(gateway = describedGateway()): Operations {
  return new Operations(gateway, new SchemaShelf(gateway), new ReplyShelf());
}

Deno.test("of() has every kind of body that a dialect takes and gives", () => {
  const operation = operationsOf().of({ method: "POST", path: "/embed", isOpen: false });
  const { content } = operation.requestBody as { content: Json };
  assert.deepEqual(Object.keys(content), [
    "application/json",
    "multipart/form-data",
    "image/*",
    "application/octet-stream",
    "application/x-image-batch",
    "text/plain",
  ]);
  const { 200: good } = operation.responses as Record<string, { content: Json }>;
  assert.deepEqual(Object.keys(good?.content ?? {}), [
    "application/json",
    "application/octet-stream",
  ]);
});

Deno.test("of() has a form in place of JSON where every body of a dialect is one", () => {
  const dialects = [{ ...native, bodyKind: "multipart" as const }] as const;
  const operation = operationsOf(describedGateway({ dialects }))
    .of({ method: "POST", path: "/embed", isOpen: false });
  const { content } = operation.requestBody as { content: Json };
  assert.ok(!("application/json" in content));
});

Deno.test("of() says that 503 of /readyz is a reply, and no error", () => {
  const { responses } = operationsOf().of({ method: "GET", path: "/readyz", isOpen: true });
  const { 503: notReady, 404: error } = responses as Record<string, Json>;
  assert.match(JSON.stringify(notReady), /get_readyz\.reply/);
  assert.ok("$ref" in (error ?? {}));
});
