/** What this process gives up for good before it serves, so that bytes that take it over can do little with it. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { restrictByLandlock, WITH_PORTS } from "./landlock.ts";
import { LinuxCalls } from "./linux_calls.ts";
import { seccompFilter } from "./seccomp_filter.ts";
import { type Machine, MACHINES } from "./system_calls.ts";
import { CODE_FOLDERS } from "../config/code_folders.ts";
import type { Config } from "../config/config_fields.ts";
import { urlPorts } from "../config/url_fields.ts";
import { parseModelRef } from "../config/model_names.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";

/** Settings that a fence depends on. */
export type FenceConfig = Pick<
  Config,
  | ("fence" | "port" | "engine" | "models" | "modelRepository")
  | ("tritonUrl" | "tritonSharedMemory" | "immichUpstreamUrl")
  | ("urlInput" | "urlInputHosts")
>;

/** How far each layer came: `applied`, or why it was not. */
export interface Fence {
  readonly seccomp: string;
  readonly landlock: string;
}

const APPLIED = "applied";
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
/** Libraries, name servers and certificates, and what the kernel says of processors and memory. */
const SYSTEM = ["/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev"];
/** Of a model, what is read. */
const MODEL_FILES = [
  "manifest.json",
  "golden.json",
  "vocabulary.txt",
  "model.onnx",
  "model.onnx.data",
] as const;
/** Names are asked for over TCP where a reply is too long for a datagram. */
const DNS_PORT = 53;

/**
 * Raises the fence around this process and all its threads, those to come included.
 *
 * @param readable Folders to read from beside code, model and system: where Deno keeps compiled modules.
 * @throws {Error} when the configuration requires one and the kernel lacks a layer of it.
 */
export function raiseFence(config: FenceConfig, readable: readonly string[]): Fence {
  if (config.fence === "off") return { seccomp: "off", landlock: "off" };
  const fence = raise(config, readable);
  if (config.fence === "require" && !isWhole(fence)) {
    throw new Error(
      `Cannot raise the fence that GATEWAY_FENCE=require asks for: ` +
        `seccomp ${fence.seccomp}, landlock ${fence.landlock}; auto starts with what the kernel has`,
    );
  }
  return fence;
}

/** Whether every layer was applied. */
export function isWhole({ seccomp, landlock }: Fence): boolean {
  return seccomp === APPLIED && landlock === APPLIED;
}

function raise(config: FenceConfig, readable: readonly string[]): Fence {
  const machine = MACHINES.find((name) => name === Deno.build.arch);
  if (Deno.build.os !== "linux" || machine === undefined) {
    const reason = `unknown on ${Deno.build.os} ${Deno.build.arch}`;
    return { seccomp: reason, landlock: reason };
  }
  try {
    using calls = new LinuxCalls(machine);
    calls.setNoNewPrivileges();
    // In this order: the filter refuses Landlock's calls.
    return {
      landlock: landlock(calls, config, readable),
      seccomp: seccomp(calls, config, machine),
    };
  } catch (error) {
    const reason = messageOf(error);
    return { seccomp: reason, landlock: reason };
  }
}

function landlock(calls: LinuxCalls, config: FenceConfig, readable: readonly string[]): string {
  try {
    const version = restrictByLandlock(calls, {
      readable: [
        ...[...CODE_FOLDERS, config.modelRepository].map((path) => resolve(PROJECT, path)),
        ...[...modelFolders(config), ...SYSTEM, ...readable],
      ],
      readableFiles: packageFiles(),
      writable: sharesMemory(config) ? ["/dev/shm"] : [],
      // The port that the kernel chooses is unknown as yet.
      listenPorts: config.port === 0 ? undefined : [config.port],
      connectPorts: connectPorts(config),
    });
    if (version === 0) return "absent";
    return version < WITH_PORTS ? "applied to files, as ports need Linux 6.7" : APPLIED;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Deno asks each folder above a module for a package.json, and gives up where one is there that it may not read: somebody's
 * home has one as soon as they once said `npm install` in it.
 */
function packageFiles(): string[] {
  const folders = PROJECT.split("/").slice(1, -1);
  return ["", ...folders].map((_, depth) =>
    ["", ...folders.slice(0, depth), "package.json"].join("/")
  );
}

/** Where the model's files really are, as the kernel sees them: a repository may be made of links to another disk. */
function modelFolders({ modelRepository, models }: FenceConfig): string[] {
  const repository = resolve(PROJECT, modelRepository);
  const files = models.map(parseModelRef).flatMap(({ name, version }) => {
    const folder = new ModelFolder(repository, name, version);
    return [folder.ownManifestPath, ...MODEL_FILES.map((file) => folder.pathOf(file))];
  });
  return files.flatMap((file) => {
    try {
      return [dirname(Deno.realPathSync(file))];
    } catch {
      // Whoever reads it says that it is not there.
      return [];
    }
  });
}

function seccomp(calls: LinuxCalls, config: FenceConfig, machine: Machine): string {
  try {
    calls.filterSystemCalls(
      seccompFilter({ machine, pid: Deno.pid, sharesMemory: sharesMemory(config) }),
    );
    return APPLIED;
  } catch (error) {
    return messageOf(error);
  }
}

function sharesMemory({ engine, tritonSharedMemory }: FenceConfig): boolean {
  return engine === "triton" && tritonSharedMemory !== "off";
}

/** Of whom the gateway asks: Triton, who answers what it does not, and the hosts of images. */
function connectPorts(config: FenceConfig): number[] {
  const { engine, tritonUrl, immichUpstreamUrl } = config;
  const urls = [engine === "triton" ? tritonUrl : "", immichUpstreamUrl].filter((url) =>
    url !== ""
  );
  const ports = [...urls.map(portOf), ...urlPorts(config)];
  return ports.length === 0 ? [] : [...ports, DNS_PORT];
}

function portOf(url: string): number {
  // The port of the scheme itself is left out of a parsed one.
  return Number(new URL(url).port) || 80;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
