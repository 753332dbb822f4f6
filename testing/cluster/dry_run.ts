/** Everything of deploy/kubernetes as the API server judges it. */
import { listRenderings } from "../../deploy/kubernetes/check.ts";
import type { Manifest } from "../../deploy/kubernetes/manifest.ts";
import type { Check, Round } from "./check.ts";
import { inNamespace } from "./variant.ts";

/** Pods that want more are refused, and whatever makes pods that would be is warned of. */
const RESTRICTED: Manifest = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: "dry-run",
    labels: {
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    },
  },
};

/** The API server's judgement of all overlays and components, and of what Helm makes. */
export const DRY_RUN: Check = {
  name: "dry-run",
  about:
    "every overlay and component, and the chart, are admitted by the API server without a warning",
  run: dryRun,
};

async function dryRun({ cluster, find }: Round): Promise<void> {
  try {
    await cluster.apply([RESTRICTED]);
    for (const { name, render } of await listRenderings()) {
      const items = inNamespace(await render(), RESTRICTED.metadata.name)
        .filter(({ kind }) => kind !== "Namespace");
      const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
      const place = ["-n", RESTRICTED.metadata.name];
      const args = [...place, "apply", "--dry-run=server", "--validate=strict", "-f", "-"];
      const { code, stdout, stderr } = await cluster.tryKubectl(args, list);
      const admitted = stdout.split("\n").filter((line) => line.endsWith("(server dry run)"));
      const complaint = stderr.trim();
      find({
        what: `${name} is admitted`,
        measured: complaint === "" ? `${admitted.length} objects` : complaint,
        holds: code === 0 && complaint === "" && admitted.length === items.length,
      });
    }
  } finally {
    await cluster.removeNamespace(RESTRICTED.metadata.name);
  }
}
