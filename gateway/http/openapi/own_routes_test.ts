import assert from "node:assert/strict";
import { z } from "zod";
import { createTestApp } from "../../../testing/app_harness.ts";
import { describedGateway } from "../../../testing/described_gateway.ts";
import { DIALECTS } from "../dialects/registry.ts";
import { OWN_ROUTES } from "./own_routes.ts";

Deno.test("OWN_ROUTES has every route of no dialect, and no other", () => {
  const ofDialects = DIALECTS.flatMap(({ paths, gets = [] }) => [
    ...paths.map((path) => `POST ${path}`),
    ...gets.map(({ path, method = "GET" }) => `${method} ${path}`),
  ]);
  const own = describedGateway().routes.map(({ method, path }) => `${method} ${path}`)
    .filter((line) => !ofDialects.includes(line));
  assert.deepEqual(Object.keys(OWN_ROUTES).sort(), own.sort());
});

Deno.test("OWN_ROUTES says what its routes answer", async () => {
  await using app = await createTestApp();
  for (const [line, { replies }] of Object.entries(OWN_ROUTES)) {
    const response = await app.request(line.slice("GET ".length).replace("{name}", "page.css"));
    const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
    const text = await response.text();
    const schema = replies[type] ?? z.never();
    const checked = schema.safeParse(type === "application/json" ? JSON.parse(text) : text);
    assert.ok(checked.success, `${line} ${type}: ${checked.error}`);
  }
});
