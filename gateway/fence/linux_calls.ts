/** The few system calls that raise a fence, by way of the C library; a refusal is an error number. */
import { LIBC_PATHS, openFirst } from "../../triton/posix_shm.ts";
import type { Machine } from "./system_calls.ts";

const SYMBOLS = {
  // Variadic in C, but numbers travel as fixed arguments do on both machines.
  call: { name: "syscall", parameters: ["i64", "i64", "i64", "i64", "i64", "i64"], result: "i64" },
  callWith: { name: "syscall", parameters: ["i64", "buffer", "i64", "i64"], result: "i64" },
  addRule: { name: "syscall", parameters: ["i64", "i64", "i64", "buffer", "i64"], result: "i64" },
  seccomp: { name: "syscall", parameters: ["i64", "i64", "i64", "buffer"], result: "i64" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  // Addresses as numbers: Deno's own pointers would need --allow-ffi for everything.
  malloc: { parameters: ["usize"], result: "usize" },
  free: { parameters: ["usize"], result: "void" },
  copyTo: { name: "memcpy", parameters: ["usize", "buffer", "usize"], result: "void" },
  copyFrom: { name: "memcpy", parameters: ["buffer", "usize", "usize"], result: "void" },
  __errno_location: { parameters: [], result: "usize" },
} as const;

interface Numbers {
  readonly prctl: bigint;
  readonly seccomp: bigint;
}

const NUMBERS: Record<Machine, Numbers> = {
  x86_64: { prctl: 157n, seccomp: 317n },
  aarch64: { prctl: 167n, seccomp: 277n },
};
/** The same on both machines, as of all calls since 2019. */
const LANDLOCK = { create: 444n, addRule: 445n, restrict: 446n };

const PR_SET_NO_NEW_PRIVS = 38n;
const SECCOMP_SET_MODE_FILTER = 1n;
/** For all threads; and without the mitigation that slows down compiled code in kernels before 5.16. */
const TSYNC = 1n;
const SPEC_ALLOW = 4n;
const LANDLOCK_VERSION = 1n;
const O_PATH = 0o10_000_000;
const O_CLOEXEC = 0o2_000_000;
const FILTER_BYTES = 8;

/** A call that the kernel refused. */
export class KernelRefusal extends Error {
  override readonly name = "KernelRefusal";
  readonly errno: number;

  constructor(call: string, errno: number) {
    super(`${call} failed with errno ${errno}`);
    this.errno = errno;
  }
}

/** The calls; those without a result throw `KernelRefusal` when the kernel will not. */
export class LinuxCalls implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #numbers: Numbers;

  /** @throws {Error} when none of the paths is a GNU C library that may be opened. */
  constructor(machine: Machine, paths: readonly string[] = LIBC_PATHS) {
    this.#numbers = NUMBERS[machine];
    this.#library = openFirst(paths, SYMBOLS);
  }

  /** No program run from here on has more rights than this process; filters need that, save for root's. */
  setNoNewPrivileges(): void {
    const { prctl } = this.#numbers;
    this.#assert("prctl", this.#library.symbols.call(prctl, PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n));
  }

  /** Puts a filter before every thread of this process, for good. */
  filterSystemCalls(program: Uint8Array<ArrayBuffer>): void {
    const { symbols } = this.#library;
    const address = symbols.malloc(BigInt(program.byteLength));
    try {
      symbols.copyTo(address, program, BigInt(program.byteLength));
      // struct sock_fprog: a count of instructions, padding, their address.
      const description = new Uint8Array(16);
      const view = new DataView(description.buffer);
      view.setUint16(0, program.byteLength / FILTER_BYTES, true);
      view.setBigUint64(8, address, true);
      const { seccomp } = this.#numbers;
      const flags = TSYNC | SPEC_ALLOW;
      const result = symbols.seccomp(seccomp, SECCOMP_SET_MODE_FILTER, flags, description);
      // A thread that has a filter of its own is answered by its id.
      if (result > 0n) throw new KernelRefusal(`seccomp of thread ${result}`, 0);
      this.#assert("seccomp", result);
    } finally {
      symbols.free(address);
    }
  }

  /** What the kernel's Landlock can do; 0 where it is absent or off. */
  landlockVersion(): number {
    const { symbols } = this.#library;
    return Math.max(0, Number(symbols.call(LANDLOCK.create, 0n, 0n, LANDLOCK_VERSION, 0n, 0n)));
  }

  /** @returns A descriptor, to be closed. */
  createRuleset(attributes: Uint8Array<ArrayBuffer>): number {
    const size = BigInt(attributes.byteLength);
    const fd = this.#library.symbols.callWith(LANDLOCK.create, attributes, size, 0n);
    return this.#assert("landlock_create_ruleset", fd);
  }

  addRule(ruleset: number, type: number, rule: Uint8Array<ArrayBuffer>): void {
    const fd = BigInt(ruleset);
    const result = this.#library.symbols.addRule(LANDLOCK.addRule, fd, BigInt(type), rule, 0n);
    this.#assert("landlock_add_rule", result);
  }

  /** Holds this thread to a ruleset, and those that it and its like start later. */
  restrictSelf(ruleset: number): void {
    const { symbols } = this.#library;
    const result = symbols.call(LANDLOCK.restrict, BigInt(ruleset), 0n, 0n, 0n, 0n);
    this.#assert("landlock_restrict_self", result);
  }

  /** @returns A descriptor that stands for the path, or `undefined` where there is none. */
  openPath(path: string): number | undefined {
    const name = new TextEncoder().encode(`${path}\0`);
    const fd = this.#library.symbols.open(name, O_PATH | O_CLOEXEC);
    return fd < 0 ? undefined : fd;
  }

  close(fd: number): void {
    this.#library.symbols.close(fd);
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }

  #assert(call: string, result: bigint): number {
    if (result >= 0n) return Number(result);
    const { symbols } = this.#library;
    const errno = new Int32Array(1);
    symbols.copyFrom(new Uint8Array(errno.buffer), symbols.__errno_location(), 4n);
    throw new KernelRefusal(call, errno[0] ?? 0);
  }
}
