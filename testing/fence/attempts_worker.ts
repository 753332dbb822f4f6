/** Worker entry: tries everything once and posts how it ended. It has every grant that Deno has to give. */
/// <reference lib="deno.worker" />
import { LIBC_PATHS } from "../../triton/posix_shm.ts";
import type { AttemptsSetup, Outcome } from "./attempts.ts";

declare const self: DedicatedWorkerGlobalScope;

const SYMBOLS = {
  system: { parameters: ["buffer"], result: "i32" },
  execve: { parameters: ["buffer", "usize", "usize"], result: "i32" },
  fork: { parameters: [], result: "i32" },
  _exit: { parameters: ["i32"], result: "void" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  ptrace: { parameters: ["i64", "i32", "usize", "usize"], result: "i64" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  rename: { parameters: ["buffer", "buffer"], result: "i32" },
  unshare: { parameters: ["i32"], result: "i32" },
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  __errno_location: { parameters: [], result: "usize" },
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" },
} as const;

const ERRORS: Record<number, string> = { 1: "EPERM", 2: "ENOENT", 13: "EACCES", 38: "ENOSYS" };
const [AF_UNIX, AF_INET, AF_NETLINK, AF_PACKET] = [1, 2, 16, 17];
const [SOCK_STREAM, SOCK_RAW] = [1, 3];
const O_CREAT_WRONLY = 0o101;
const PTRACE_SEIZE = 0x4206n;
const CLONE_NEWUSER = 0x1000_0000;
const PR_SET_DUMPABLE = 4;

self.onmessage = async ({ data }: MessageEvent<AttemptsSetup>) => {
  self.postMessage(await attemptAll(data));
};

async function attemptAll(
  { fence, port, folder }: AttemptsSetup,
): Promise<Record<string, Outcome>> {
  // Never closed: the worker is ended as a whole.
  const { symbols } = Deno.dlopen(LIBC_PATHS.find(exists) as string, SYMBOLS);
  const outcome = (result: number | bigint): Outcome => {
    if (result >= 0) return "done";
    const errno = new Int32Array(1);
    symbols.memcpy(new Uint8Array(errno.buffer), symbols.__errno_location(), 4n);
    return ERRORS[errno[0] ?? 0] ?? `errno ${errno[0]}`;
  };
  const socket = (domain: number, type: number) => {
    const fd = symbols.socket(domain, type, 0);
    const result = outcome(fd);
    if (fd >= 0) symbols.close(fd);
    return result;
  };
  const touched = `${folder}/touched`;
  symbols.system(cString(`touch ${touched}`));
  const outcomes: Record<string, Outcome> = {
    system: exists(touched) ? "done" : "nothing ran",
    "a UNIX socket": socket(AF_UNIX, SOCK_STREAM),
    "a netlink socket": socket(AF_NETLINK, SOCK_RAW),
    "a packet socket": socket(AF_PACKET, SOCK_RAW),
    "a raw socket": socket(AF_INET, SOCK_RAW),
    "a TCP socket": socket(AF_INET, SOCK_STREAM),
    "a signal to its parent": outcome(symbols.kill(Deno.ppid, 0)),
    "a signal to itself": outcome(symbols.kill(Deno.pid, 0)),
    "a file for writing": outcome(
      symbols.open(cString(`${folder}/written`), O_CREAT_WRONLY, 0o600),
    ),
    "a file for reading": outcome(symbols.open(cString("/etc/passwd"), 0, 0)),
    "a file of somebody else's": outcome(symbols.open(cString(`${folder}/secret`), 0, 0)),
    rename: outcome(symbols.rename(cString(touched), cString(`${folder}/renamed`))),
    prctl: outcome(symbols.prctl(PR_SET_DUMPABLE, 1n, 0n, 0n, 0n)),
    "a connection elsewhere": await connection(port),
  };
  // Where they succeed, these would end this program or make another one of it.
  if (fence === "off") return outcomes;
  const child = symbols.fork();
  if (child === 0) symbols._exit(0);
  return {
    ...outcomes,
    fork: outcome(child),
    execve: outcome(symbols.execve(cString("/bin/true"), 0n, 0n)),
    ptrace: outcome(symbols.ptrace(PTRACE_SEIZE, Deno.ppid, 0n, 0n)),
    "a namespace of its own": outcome(symbols.unshare(CLONE_NEWUSER)),
  };
}

async function connection(port: number): Promise<Outcome> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return "done";
  } catch (error) {
    return (error as Error).name;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
