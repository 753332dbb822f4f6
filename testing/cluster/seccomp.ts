/** The gateway's own seccomp profile, which is narrower than the runtime's. */
import { losses, startAsker } from "./asked.ts";
import type { Check, Round } from "./check.ts";
import { inCounts } from "./finding.ts";
import { startRealPods } from "./real_pods.ts";
import { withReplicas } from "./variant.ts";

const NAMESPACE = "seccomp";
const PROFILE = new URL("../../deploy/seccomp/gateway.json", import.meta.url);
const ASK_MS = 5_000;

/** A pod that runs under it. */
export const SECCOMP: Check = {
  name: "seccomp",
  about: "a gateway answers under its own seccomp profile",
  run: async ({ cluster, find }: Round) => {
    // /var/lib/kubelet of the node.
    const folder = `${cluster.machine.home}/state/kubelet/seccomp`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.copyFile(PROFILE, `${folder}/triton-edge-gateway.json`);
    await using pods = await startRealPods(cluster, NAMESPACE, {
      components: ["components/seccomp"],
      change: (all) => withReplicas(all, 1),
    });
    await using asker = startAsker(cluster, pods.url, { perSecond: 10 });
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    const asked = await asker.stop();
    const mode = await cluster.kubectl(
      ["-n", NAMESPACE, "exec", "deployment/gateway", "-c", "gateway", "--"]
        .concat("grep", "Seccomp_filters", "/proc/1/status"),
    );
    find({
      what: "a gateway answers under deploy/seccomp/gateway.json",
      measured: `${inCounts(losses(asked))} of ${asked.length} lost; ${
        mode.trim().replace(/\s+/, " ")
      }`,
      holds: asked.length > 0 && Object.keys(losses(asked)).length === 0,
    });
  },
};
