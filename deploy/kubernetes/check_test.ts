import assert from "node:assert/strict";
import { checkManifests } from "./check.ts";
import { hasKubectl, isInstalled } from "./rendered_targets.ts";
import { renderTarget } from "./render.ts";
import { validateManifests } from "./validate.ts";

const KIND = { name: "kind", resources: ["overlays/kind"], components: [] };
const ignore = !hasKubectl || !await isInstalled("kubernetes-validate", ["--version"]);

Deno.test({
  name: "validateManifests() finds a misspelt field, wherever it is",
  ignore,
  fn: async () => {
    const manifests = await renderTarget(KIND);
    assert.deepEqual(await validateManifests(manifests), []);
    const misspelt = JSON.parse(JSON.stringify(manifests).replace("sizeLimit", "sizeLmit"));
    const [problem = "", ...others] = await validateManifests(misspelt);
    assert.match(problem, /deployment\/gateway .*'sizeLmit' was unexpected/);
    assert.deepEqual(others, []);
  },
});

Deno.test({
  name: "checkManifests() counts what kustomize refuses",
  ignore,
  fn: async () => {
    const printed: string[] = [];
    const lost = { name: "lost", resources: ["overlays/lost"], components: [] };
    const counts = await checkManifests(
      (text) => printed.push(text),
      [KIND, lost].map((target) => ({ name: target.name, render: () => renderTarget(target) })),
    );
    assert.deepEqual(counts, { checks: 2, failed: 1, missing: 0 });
    assert.match(printed[0] ?? "", /^deploy\/kubernetes: lost failed:\nkubectl kustomize failed: /);
  },
});
