/** A cluster that is up, as kubectl sees it. */
import type { Manifest } from "../../deploy/kubernetes/manifest.ts";
import type { Machine } from "./machine.ts";
import type { Ended } from "../run.ts";

/** The node's address in the cluster's network. */
export const NODE_ADDRESS = "10.255.255.1";

/** Kubernetes' controllers look every few seconds at most. */
const PAUSE_MS = 500;

/** Asks the API server as an administrator. */
export class Cluster {
  readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Runs kubectl, and tells how it ended. */
  async tryKubectl(args: readonly string[], stdin?: string): Promise<Ended> {
    const options = stdin === undefined ? {} : { stdin };
    return await this.machine.ended("network", ["kubectl", ...args], options);
  }

  /** @throws {Error} when kubectl fails. */
  async kubectl(args: readonly string[], stdin?: string): Promise<string> {
    const options = stdin === undefined ? {} : { stdin };
    return await this.machine.run("network", ["kubectl", ...args], options);
  }

  /** One object, or a list's. */
  async get<T>(namespace: string, args: readonly string[]): Promise<T> {
    return JSON.parse(await this.kubectl(["-n", namespace, "get", ...args, "-o", "json"]));
  }

  /** Creates objects, or changes them to be so. */
  async apply(manifests: readonly Manifest[], args: readonly string[] = []): Promise<Ended> {
    const list = { apiVersion: "v1", kind: "List", items: manifests };
    const ended = await this.tryKubectl(["apply", ...args, "-f", "-"], JSON.stringify(list));
    if (ended.code !== 0) throw new Error(`Cannot apply manifests: ${ended.stderr.trim()}`);
    return ended;
  }

  /**
   * Waits for a condition.
   *
   * @returns after how many seconds it held; Infinity if that was too long.
   */
  async until(secondsMax: number, condition: () => Promise<boolean>): Promise<number> {
    const startedMs = performance.now();
    const seconds = () => (performance.now() - startedMs) / 1000;
    while (!await condition()) {
      if (seconds() > secondsMax) return Infinity;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return seconds();
  }

  /** Removes a namespace, and waits until nothing of it is left. */
  async removeNamespace(name: string): Promise<void> {
    const args = ["delete", "namespace", name, "--ignore-not-found", "--timeout=120s"];
    await this.kubectl(args);
  }
}
