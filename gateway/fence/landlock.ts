/**
 * Landlock: which files a thread may write to and which ports it may reach, by rules that it can never shed (source:
 * Linux, `include/uapi/linux/landlock.h`).
 *
 * It holds the thread that raises it and all that are started later, and so every worker; Deno's own few threads from
 * before are not held, which is why it stands behind the seccomp filter and not in place of it.
 */
import type { LinuxCalls } from "./linux_calls.ts";

/** What stays possible. */
export interface LandlockOptions {
  /** Folders in which files may be made, written and removed. */
  readonly writable: readonly string[];
  /** TCP ports that may be listened on, whatever the address; `undefined` leaves all. */
  readonly listenPorts: readonly number[] | undefined;
  /** TCP ports that may be connected to, whatever the host. */
  readonly connectPorts: readonly number[];
}

const EXECUTE = 1n << 0n;
const WRITE_FILE = 1n << 1n;
/** REMOVE_DIR to MAKE_SYM. */
const CHANGE_FOLDERS = 0x1ff0n;
const REFER = 1n << 13n;
const TRUNCATE = 1n << 14n;
const BIND_TCP = 1n << 0n;
const CONNECT_TCP = 1n << 1n;
const RULE_PATH = 1;
const RULE_PORT = 2;

/** Versions of Landlock that brought what is used beyond the first. */
const WITH_REFER = 2;
const WITH_TRUNCATE = 3;
const WITH_PORTS = 4;

/**
 * Restricts this thread. Older kernels restrict less: ports since Linux 6.7.
 *
 * @returns The kernel's version of Landlock; 0 where it is absent or off, and nothing is restricted.
 * @throws {KernelRefusal} when the kernel has Landlock but will not.
 */
export function restrictByLandlock(calls: LinuxCalls, options: LandlockOptions): number {
  const version = calls.landlockVersion();
  if (version === 0) return 0;
  let files = EXECUTE | WRITE_FILE | CHANGE_FOLDERS;
  if (version >= WITH_REFER) files |= REFER;
  if (version >= WITH_TRUNCATE) files |= TRUNCATE;
  const ports = options.listenPorts === undefined ? CONNECT_TCP : BIND_TCP | CONNECT_TCP;
  const attributes = version >= WITH_PORTS ? [files, ports] : [files];
  const ruleset = calls.createRuleset(new Uint8Array(BigUint64Array.from(attributes).buffer));
  try {
    for (const path of options.writable) allowWrites(calls, ruleset, path, files & ~EXECUTE);
    if (version >= WITH_PORTS) {
      for (const port of options.listenPorts ?? []) allowPort(calls, ruleset, port, BIND_TCP);
      for (const port of options.connectPorts) allowPort(calls, ruleset, port, CONNECT_TCP);
    }
    calls.restrictSelf(ruleset);
  } finally {
    calls.close(ruleset);
  }
  return version;
}

function allowWrites(calls: LinuxCalls, ruleset: number, path: string, access: bigint): void {
  const fd = calls.openPath(path);
  // What is not there cannot be written to either.
  if (fd === undefined) return;
  try {
    const rule = new Uint8Array(12);
    const view = new DataView(rule.buffer);
    view.setBigUint64(0, access, true);
    view.setInt32(8, fd, true);
    calls.addRule(ruleset, RULE_PATH, rule);
  } finally {
    calls.close(fd);
  }
}

function allowPort(calls: LinuxCalls, ruleset: number, port: number, access: bigint): void {
  const rule = new Uint8Array(BigUint64Array.of(access, BigInt(port)).buffer);
  calls.addRule(ruleset, RULE_PORT, rule);
}
