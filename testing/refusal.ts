/** A request that is refused, and everything about its reply. */
import assert from "node:assert/strict";
import type { ErrorCode } from "../gateway/contract/catalogue.ts";
import type { TestApp } from "./app_harness.ts";

/** What is sent, to /embed unless said otherwise, and what comes back. */
export interface Refusal {
  readonly what: string;
  readonly init: RequestInit;
  readonly path?: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: RegExp;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends it, and looks at the reply and at what is left behind. */
export async function assertRefused(app: TestApp, refusal: Refusal): Promise<void> {
  const { path = "/embed", init, status, code, message, headers = {} } = refusal;
  const response = await app.request(path, init);
  const body = await response.json();
  assert.equal(response.status, status, JSON.stringify(body));
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
  assert.match(response.headers.get("server-timing") ?? "", /total;dur=\d/);
  for (const [name, value] of Object.entries(headers)) {
    assert.equal(response.headers.get(name), value);
  }
  assert.deepEqual(Object.keys(body), ["error"]);
  assert.deepEqual(Object.keys(body.error), ["code", "message", "request_id"]);
  assert.equal(body.error.code, code);
  assert.match(body.error.message, message);
  assert.equal(body.error.request_id, response.headers.get("x-request-id"));
  assert.equal(app.telemetry.codes.at(-1), code);
  assert.deepEqual(app.admission.usage, { requests: 0, bytes: 0, pixels: 0, inputs: 0, memory: 0 });
  assert.equal(app.engine.slots.inUse, 0);
}
