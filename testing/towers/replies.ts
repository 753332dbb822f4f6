/** What tests ask of a gateway of several models, and what it replies. */
import assert from "node:assert/strict";
import { post } from "../requests.ts";
import type { TowerApp } from "./tower_app.ts";

/** A POST of JSON. */
export function json(value: unknown, headers: Record<string, string> = {}): RequestInit {
  return post("application/json", JSON.stringify(value), headers);
}

/** A POST of a form; bytes are a photo. */
export function form(
  ...fields: readonly (readonly [name: string, value: string | Uint8Array<ArrayBuffer>])[]
): RequestInit {
  const body = new FormData();
  for (const [name, value] of fields) {
    body.append(name, typeof value === "string" ? value : new File([value], "cat.jpg"));
  }
  return { method: "POST", body };
}

/** The body of a good reply. */
// deno-lint-ignore no-explicit-any
export async function reply(app: TowerApp, init: RequestInit, path = "/embed"): Promise<any> {
  const response = await app.post(path, init);
  assert.equal(response.status, 200, await response.clone().text());
  return await response.json();
}

/** `status code: message` of a refusal. */
export async function refusal(app: TowerApp, init: RequestInit, path = "/embed"): Promise<string> {
  const response = await app.post(path, init);
  const { error } = await response.json();
  return `${response.status} ${error.code}: ${error.message}`;
}

/** An embedding of JSON, as its bytes in hex. */
export function bits(embedding: readonly number[]): string {
  return new Uint8Array(Float32Array.from(embedding).buffer).toHex();
}
