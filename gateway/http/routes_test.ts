import assert from "node:assert/strict";
import { DialectTable } from "./dialects/dialect_table.ts";
import { DIALECTS } from "./dialects/registry.ts";
import { listRoutes, type RouteOptions } from "./routes.ts";

// Nothing is handled, so routes need none of their parts.
const options: Partial<RouteOptions> = { dialects: DIALECTS };
const routes = listRoutes(options as RouteOptions, new DialectTable(DIALECTS));

Deno.test("listRoutes() has a method of a path once", () => {
  const lines = routes.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual([...new Set(lines)], lines);
});

Deno.test("listRoutes() wants a key for all that costs or tells anything, and for no probe", () => {
  const open = routes.filter(({ isOpen }) => isOpen);
  assert.deepEqual(open.filter(({ method }) => method === "POST"), []);
  const paths = open.map(({ path }) => path);
  for (
    const path of ["/healthz", "/health", "/livez", "/readyz", "/", "/v2/health/ready"] as const
  ) {
    assert.ok(paths.includes(path), path);
  }
  for (const path of ["/info", "/metrics", "/models", "/v1/models", "/v2"] as const) {
    assert.ok(!paths.includes(path), path);
  }
});
