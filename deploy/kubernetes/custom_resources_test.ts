import assert from "node:assert/strict";
import { isCustomResource, validateCustomResources } from "./custom_resources.ts";

const route = (rule: unknown, apiVersion = "gateway.networking.k8s.io/v1") => ({
  apiVersion,
  kind: "HTTPRoute",
  metadata: { name: "a" },
  spec: { parentRefs: [{ name: "public" }], rules: [rule] },
});

Deno.test("validateCustomResources() finds a misspelt field, a wrong form and a wrong version", async () => {
  const matches = [{ path: { type: "Exact", value: "/" } }];
  assert.deepEqual(await validateCustomResources([route({ matches })]), []);
  const [misspelt] = await validateCustomResources([route({ matches, timeuts: {} })]);
  assert.match(misspelt ?? "", /'"timeuts"' does not exist in type 'IHTTPRouteRule'/);
  const [malformed] = await validateCustomResources([route({ timeouts: { request: "soon" } })]);
  assert.match(malformed ?? "", /request.* must match pattern/);
  const [old] = await validateCustomResources([route({ matches }, "gateway.networking.k8s.io/v0")]);
  assert.match(old ?? "", /HTTPRoute is of gateway\.networking\.k8s\.io\/v0/);
});

Deno.test("isCustomResource() is false for Kubernetes' own", () => {
  assert.ok(isCustomResource(route({})));
  assert.ok(!isCustomResource({ ...route({}), kind: "Deployment" }));
});
