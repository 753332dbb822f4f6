/** The scripts of `machine/`, and programs in the cluster that they bring up. */
import { fileURLToPath } from "node:url";
import { type Ended, ended, run, type RunOptions } from "../run.ts";

const SCRIPTS = fileURLToPath(new URL("machine/", import.meta.url));

/** Which metrics-server wants. */
const GO_MINOR_MIN = 26;

/** `network` reaches the cluster's addresses; `node` has the node's mounts and processes, too. */
export type Place = "network" | "node";

/** Why this machine cannot have a cluster. */
export class MachineError extends Error {}

/** Everything of one cluster that lies in a folder. */
export class Machine {
  readonly home: string;

  /** @param home Absolute path of the folder. */
  constructor(home: string) {
    this.home = home;
  }

  /**
   * Runs a script, with its output on the terminal.
   *
   * @throws {MachineError} when it fails; it has said why.
   */
  async script(name: "build" | "up" | "down"): Promise<void> {
    const { success } = await new Deno.Command("bash", {
      args: [`${SCRIPTS}${name}.sh`],
      env: { CLUSTER_HOME: this.home },
      stdin: "null",
    }).spawn().status;
    if (!success) throw new MachineError(`Cannot bring the cluster on: ${name}.sh failed`);
  }

  /** A command line that runs inside; programs that were built go by their names. */
  inside(place: Place, command: readonly string[]): string[] {
    return ["env", `CLUSTER_HOME=${this.home}`, "bash", `${SCRIPTS}inside.sh`, place, ...command];
  }

  /** Runs a program inside, and tells how it ended. */
  async ended(place: Place, command: readonly string[], options?: RunOptions): Promise<Ended> {
    return await ended(this.inside(place, command), options);
  }

  /** @throws {Error} when the program fails. */
  async run(place: Place, command: readonly string[], options?: RunOptions): Promise<string> {
    return await run(this.inside(place, command), options);
  }
}

/**
 * Tells whether this machine can have a cluster.
 *
 * @throws {MachineError} with what is missing.
 */
export async function assertFit(): Promise<void> {
  const refuse = (reason: string): never => {
    throw new MachineError(`Cannot make a cluster as ${reason}`);
  };
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") refuse("this is not Linux on x86-64");
  const release = await Deno.readTextFile("/etc/os-release").catch(() => "");
  if (!release.includes("VERSION_CODENAME=bookworm")) refuse("this is not Debian 12");
  if (Deno.uid() !== 0) refuse("it needs root, for namespaces and mounts");
  for (const program of ["go", "gcc", "openssl", "git", "nsenter", "unshare", "ip", "curl"]) {
    const { code } = await ended(["sh", "-c", `command -v ${program}`]);
    if (code !== 0) refuse(`there is no program ${program}`);
  }
  const version = (await run(["go", "env", "GOVERSION"])).trim();
  const [, minor] = /^go1\.(\d+)/.exec(version) ?? [];
  if (Number(minor) < GO_MINOR_MIN) refuse(`it needs Go 1.${GO_MINOR_MIN}: there is ${version}`);
}
