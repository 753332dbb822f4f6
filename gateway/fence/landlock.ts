/**
 * Landlock: which files a thread may open and which ports it may reach, by rules that it can never shed (source: Linux,
 * `include/uapi/linux/landlock.h`).
 *
 * It holds the thread that raises it and all that are started later, and so every worker; Deno's own few threads from
 * before are not held, which is why it stands behind the seccomp filter and not in place of it.
 */
import type { LinuxCalls } from "./linux_calls.ts";

/** What stays possible. */
export interface LandlockOptions {
  /** Folders below which files may be read. */
  readonly readable: readonly string[];
  /** Files that may be read. */
  readonly readableFiles: readonly string[];
  /** Folders below which files may be read, made, written and removed. */
  readonly writable: readonly string[];
  /** TCP ports that may be listened on, whatever the address; `undefined` leaves all. */
  readonly listenPorts: readonly number[] | undefined;
  /** TCP ports that may be connected to, whatever the host. */
  readonly connectPorts: readonly number[];
}

/** A right to something; what that is depends on the type. */
interface Rule {
  readonly type: typeof BENEATH_PATH | typeof NET_PORT;
  readonly access: bigint;
  readonly value: number;
}

const EXECUTE = 1n << 0n;
const WRITE_FILE = 1n << 1n;
const READ_FILE = 1n << 2n;
/** Files, and what is in folders. */
const READ = 0b1100n;
/** REMOVE_DIR to MAKE_SYM. */
const CHANGE_FOLDERS = 0x1ff0n;
const REFER = 1n << 13n;
const TRUNCATE = 1n << 14n;
const BIND_TCP = 1n << 0n;
const CONNECT_TCP = 1n << 1n;
const BENEATH_PATH = 1;
const NET_PORT = 2;

/** Versions of Landlock that brought what is used beyond the first. */
const WITH_REFER = 2;
const WITH_TRUNCATE = 3;
/** The version of Landlock that restricts ports, too. */
export const WITH_PORTS = 4;

/**
 * Restricts this thread. Older kernels restrict less: ports since Linux 6.7.
 *
 * @returns The kernel's version of Landlock; 0 where it is absent or off, and nothing is restricted.
 * @throws {KernelRefusal} when the kernel has Landlock but will not.
 */
export function restrictByLandlock(calls: LinuxCalls, options: LandlockOptions): number {
  const version = calls.landlockVersion();
  if (version === 0) return 0;
  let files = EXECUTE | WRITE_FILE | READ | CHANGE_FOLDERS;
  if (version >= WITH_REFER) files |= REFER;
  if (version >= WITH_TRUNCATE) files |= TRUNCATE;
  const ports = options.listenPorts === undefined ? CONNECT_TCP : BIND_TCP | CONNECT_TCP;
  const handled = version >= WITH_PORTS ? [files, ports] : [files];
  using stack = new DisposableStack();
  const ruleset = calls.createRuleset(new Uint8Array(BigUint64Array.from(handled).buffer));
  stack.defer(() => calls.close(ruleset));
  const rights: (readonly [paths: readonly string[], access: bigint])[] = [
    [options.readable, READ],
    [options.readableFiles, READ_FILE],
    [options.writable, files & ~EXECUTE],
  ];
  for (const [paths, access] of rights) {
    for (const path of paths) {
      const fd = calls.openPath(path);
      // What is not there cannot be opened either.
      if (fd === undefined) continue;
      stack.defer(() => calls.close(fd));
      addRule(calls, ruleset, { type: BENEATH_PATH, access, value: fd });
    }
  }
  if (version >= WITH_PORTS) {
    const add = (access: bigint) => (value: number) =>
      addRule(calls, ruleset, { type: NET_PORT, access, value });
    options.listenPorts?.forEach(add(BIND_TCP));
    options.connectPorts.forEach(add(CONNECT_TCP));
  }
  calls.restrictSelf(ruleset);
  return version;
}

/** Both kinds of rules are 64 bits of rights, then a descriptor of 32 bits or a port of 64. */
function addRule(calls: LinuxCalls, ruleset: number, { type, access, value }: Rule): void {
  const bytes = new Uint8Array(BigUint64Array.of(access, BigInt(value)).buffer);
  calls.addRule(ruleset, type, bytes);
}
