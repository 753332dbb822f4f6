/** docs/kubernetes.md names what is there, and its kustomization is one. */
import assert from "node:assert/strict";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { outcomeOf } from "./outcome.ts";
import { hasKubectl } from "./rendered_targets.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const guide = await Deno.readTextFile(`${ROOT}docs/kubernetes.md`);

Deno.test("the guide's commands name files that are there", async () => {
  const paths = new Set(guide.match(/\bdeploy\/kubernetes(?:\/[\w.-]+)*/g));
  assert.ok(paths.size > 5);
  for (const path of paths) await Deno.stat(ROOT + path);
});

Deno.test({
  name: "the guide's kustomization is one, with all its patches",
  ignore: !hasKubectl,
  fn: async () => {
    const [, text = ""] = /```yaml\n# fleet\/kustomization.yaml\n([^`]*)```/.exec(guide) ?? [];
    const [, patch = ""] = /```yaml\n(- target: [^`]*)```/.exec(guide) ?? [];
    const folder = await Deno.realPath(await Deno.makeTempDir());
    try {
      const own = text.replaceAll("../deploy", relative(folder, `${ROOT}deploy`));
      await Deno.writeTextFile(
        `${folder}/kustomization.yaml`,
        own + patch.replaceAll(/^/gm, "  "),
      );
      const { stdout, stderr } = await outcomeOf("kubectl", ["kustomize", folder]);
      assert.equal(stderr, "");
      assert.ok(!stdout.includes(":local"), "every image is the registry's");
      for (
        const expected of [
          "image: REGISTRY/triton-edge-gateway-triton:VERSION",
          "- photos.example.org",
          "maxReplicaCount: 8",
          "storageClassName: CLASS",
          "key: metrics-key",
        ]
      ) assert.ok(stdout.includes(expected), expected);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
