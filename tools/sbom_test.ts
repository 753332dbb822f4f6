import assert from "node:assert/strict";
import { parseLockFile } from "./lock_file.ts";
import { billOfMaterials, productionPackages } from "./sbom.ts";

const INTEGRITY = `sha512-${new Uint8Array(64).fill(0xab).toBase64()}`;
const PACKAGES = [
  { name: "@a/b", version: "1.0.0", integrity: INTEGRITY, dependencies: [1] },
  { name: "c", version: "2.0.0", integrity: INTEGRITY, dependencies: [0] },
  { name: "tester", version: "3.0.0", integrity: INTEGRITY, dependencies: [1] },
];

interface Component {
  readonly name: string;
  readonly purl: string;
  readonly scope?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

function made(): { components: Component[]; dependencies: { ref: string; dependsOn: string[] }[] } {
  return JSON.parse(billOfMaterials(PACKAGES, (name) => name === "@a/b"));
}

Deno.test("billOfMaterials() has every package with its URL and digest", () => {
  const { components } = made();
  const scoped = components.find(({ name }) => name === "@a/b");
  assert.equal(scoped?.purl, "pkg:npm/%40a/b@1.0.0");
  assert.deepEqual(scoped?.hashes, [{ alg: "SHA-512", content: "ab".repeat(64) }]);
  assert.deepEqual(components.map(({ name }) => name), [
    ...["deno", "libjpeg-turbo", "@a/b", "c", "tester"],
  ]);
});

Deno.test("billOfMaterials() tells what serves from what only tests", () => {
  const scopes = made().components.slice(2).map(({ scope }) => scope);
  assert.deepEqual(scopes, ["required", "required", "excluded"]);
});

Deno.test("billOfMaterials() says who depends on whom, and names nothing that is not there", () => {
  const { components, dependencies } = made();
  const known = new Set(components.map(({ purl }) => purl));
  assert.deepEqual(dependencies.slice(1).map(({ dependsOn }) => dependsOn), [
    ...[["pkg:npm/c@2.0.0"], ["pkg:npm/%40a/b@1.0.0"], ["pkg:npm/c@2.0.0"]],
  ]);
  for (const { dependsOn } of dependencies) for (const ref of dependsOn) assert.ok(known.has(ref));
});

Deno.test("productionPackages() are those that code imports, and not those of tests", () => {
  const names = productionPackages([
    { path: "gateway/a.ts", text: 'import { z } from "zod";\nawait import("@a/b/c");' },
    { path: "gateway/a_test.ts", text: 'import fc from "fast-check";' },
    { path: "gateway/b.ts", text: 'import { c } from "./c.ts";\nimport "node:path";' },
  ]);
  assert.ok(names.has("zod") && names.has("@a/b"));
  assert.ok(!names.has("fast-check") && !names.has("./c.ts"));
});

Deno.test("the bill of materials of this checkout has what its lock file has", async () => {
  const packages = parseLockFile(await Deno.readTextFile(new URL("../deno.lock", import.meta.url)));
  const { components } = JSON.parse(billOfMaterials(packages, () => true));
  assert.equal(components.length, packages.length + 2);
});
