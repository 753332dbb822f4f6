/** The filter's verdicts, by a machine for classic BPF as the kernel has one. */
import assert from "node:assert/strict";
import { type FilterOptions, seccompFilter } from "./seccomp_filter.ts";
import { ALWAYS_ALLOWED, MACHINES, SHARED_MEMORY_ALLOWED } from "./system_calls.ts";

const PID = 77;
const AUDIT = { x86_64: 0xc000_003e, aarch64: 0xc000_00b7 };
const AUDIT_I386 = 0x4000_0003;

/** Numbers of calls that are refused, by machine. */
const REFUSED = {
  x86_64: {
    execve: 59,
    fork: 57,
    vfork: 58,
    ptrace: 101,
    mount: 165,
    bpf: 321,
    io_uring_setup: 425,
  },
  aarch64: { execve: 221, ptrace: 117, mount: 40, bpf: 280, io_uring_setup: 425, keyctl: 219 },
};

type Call = readonly [number: number, ...args: number[]];

/** Runs a filter as the kernel would: `allowed`, or the number of the error. */
function judge(options: FilterOptions, call: Call, audit = AUDIT[options.machine]) {
  const program = new DataView(seccompFilter(options).buffer);
  const [number, ...args] = call;
  // struct seccomp_data: number, machine, instruction pointer, six arguments.
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, audit, true);
  for (const [index, arg] of args.entries()) data.setUint32(16 + 8 * index, arg, true);
  let accumulator = 0;
  for (let at = 0; at < program.byteLength; at += 8) {
    const code = program.getUint16(at, true);
    const constant = program.getUint32(at + 4, true);
    if (code === 0x06) return constant === 0x7fff_0000 ? "allowed" : constant & 0xffff;
    if (code === 0x20) accumulator = data.getUint32(constant, true);
    else if (code === 0x54) accumulator = (accumulator & constant) >>> 0;
    else {
      const isTrue = code === 0x15
        ? accumulator === constant
        : code === 0x25
        ? accumulator > constant
        : code === 0x35
        ? accumulator >= constant
        : (accumulator & constant) !== 0;
      at += 8 * program.getUint8(at + (isTrue ? 2 : 3));
    }
  }
  throw new Error("The program ran off its end");
}

for (const machine of MACHINES) {
  const options: FilterOptions = { machine, pid: PID, sharesMemory: false };
  const sharing: FilterOptions = { ...options, sharesMemory: true };
  const numberOf = (name: string) =>
    (ALWAYS_ALLOWED.get(name) ?? SHARED_MEMORY_ALLOWED.get(name))?.[machine] ?? -1;

  Deno.test(`the filter of ${machine} allows what a gateway needs`, () => {
    const conditional = ["clone", "socket", "socketpair", "kill", "tgkill", "prctl"];
    for (const [name, { [machine]: number }] of ALWAYS_ALLOWED) {
      if (number === undefined || conditional.includes(name)) continue;
      assert.equal(judge(options, [number]), "allowed", name);
    }
  });

  Deno.test(`the filter of ${machine} refuses to run programs, to trace, to mount, to load`, () => {
    for (const [name, number] of Object.entries(REFUSED[machine])) {
      assert.equal(judge(options, [number]), 1, name);
      assert.equal(judge(sharing, [number]), 1, name);
    }
  });

  Deno.test(`the filter of ${machine} allows threads and no processes`, () => {
    const clone = numberOf("clone");
    // Flags of glibc's pthread_create() and of its posix_spawn().
    assert.equal(judge(options, [clone, 0x003d_0f00]), "allowed");
    assert.equal(judge(options, [clone, 0x0000_4111]), 1);
    assert.equal(judge(options, [435]), 38);
  });

  Deno.test(`the filter of ${machine} allows TCP and UDP sockets alone`, () => {
    const socket = numberOf("socket");
    const [closeOnExec, nonBlocking] = [0o2_000_000, 0o4_000];
    for (const domain of [2, 10]) {
      assert.equal(judge(options, [socket, domain, 1 | closeOnExec | nonBlocking]), "allowed");
      assert.equal(judge(options, [socket, domain, 2 | closeOnExec]), "allowed");
      assert.equal(judge(options, [socket, domain, 3]), 13);
    }
    for (const domain of [1, 16, 17, 38, 40]) {
      assert.equal(judge(options, [socket, domain, 1]), 13, `domain ${domain}`);
    }
    assert.equal(judge(options, [numberOf("socketpair"), 1, 1]), "allowed");
    assert.equal(judge(options, [numberOf("socketpair"), 2, 1]), 13);
  });

  Deno.test(`the filter of ${machine} allows writing to files with shared memory alone`, () => {
    const openat = numberOf("openat");
    const readOnly = 0o2_000_000;
    assert.equal(judge(options, [openat, 0, 0, readOnly]), "allowed");
    for (const flags of [0o1, 0o2, 0o101, 0o1000, 0o20_200_000]) {
      assert.equal(judge(options, [openat, 0, 0, flags]), 13, flags.toString(8));
      assert.equal(judge(sharing, [openat, 0, 0, flags]), "allowed", flags.toString(8));
    }
    for (const [name, { [machine]: number }] of SHARED_MEMORY_ALLOWED) {
      if (number === undefined) continue;
      assert.equal(judge(options, [number]), 1, name);
      assert.equal(judge(sharing, [number]), "allowed", name);
    }
  });

  Deno.test(`the filter of ${machine} allows signals to its own process alone`, () => {
    for (const name of ["kill", "tgkill"]) {
      assert.equal(judge(options, [numberOf(name), PID, 6]), "allowed");
      assert.equal(judge(options, [numberOf(name), PID + 1, 6]), 1);
      // kill(-1) is everybody.
      assert.equal(judge(options, [numberOf(name), 0xffff_ffff, 6]), 1);
    }
  });

  Deno.test(`the filter of ${machine} allows names of threads, and no typing into terminals`, () => {
    assert.equal(judge(options, [numberOf("prctl"), 15]), "allowed");
    assert.equal(judge(options, [numberOf("prctl"), 4]), 1);
    assert.equal(judge(options, [numberOf("ioctl"), 1, 0x541b]), "allowed");
    assert.equal(judge(options, [numberOf("ioctl"), 0, 0x5412]), 1);
    assert.equal(judge(options, [numberOf("ioctl"), 0, 0x541c]), 1);
  });

  Deno.test(`the filter of ${machine} says of later calls that they are absent`, () => {
    assert.equal(judge(options, [500]), 38);
    // x32's numbers of x86-64.
    assert.equal(judge(options, [0x4000_0000 + numberOf("read")]), 38);
  });

  Deno.test(`the filter of ${machine} refuses calls of another machine`, () => {
    assert.equal(judge(options, [numberOf("read")], AUDIT_I386), 1);
  });
}
