/**
 * Assembles a seccomp filter: a program of classic BPF that the kernel runs before every system call of the process
 * (source: Linux, `include/uapi/linux/{filter,seccomp,audit}.h`).
 *
 * Refused calls fail with an error number rather than end the process, so that a library that merely tries one goes on.
 */
import {
  ALWAYS_ALLOWED,
  type CallNumbers,
  CLONE3,
  type Machine,
  MKDIR,
  SHARED_MEMORY_ALLOWED,
} from "./system_calls.ts";

/** What a filter depends on. */
export interface FilterOptions {
  readonly machine: Machine;
  /** The process that it is for, as nobody else may be sent signals. */
  readonly pid: number;
  /** Whether files may be opened for writing and removed, which shared memory needs. */
  readonly sharesMemory: boolean;
}

/** One instruction: code, jumps if true and if false, constant. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, constant: number];

const INSTRUCTION_BYTES = 8;
const LOAD = 0x20;
const AND = 0x54;
const IF_EQUAL = 0x15;
const IF_GREATER = 0x25;
const IF_AT_LEAST = 0x35;
const IF_BITS = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff_0000;
const REFUSE = 0x0005_0000;
const EPERM = 1;
const EACCES = 13;
const EEXIST = 17;
const ENOSYS = 38;

const NUMBER_OFFSET = 0;
const MACHINE_OFFSET = 4;
const AUDIT_MACHINES: Record<Machine, number> = { x86_64: 0xc000_003e, aarch64: 0xc000_00b7 };

const CLONE_THREAD = 0x0001_0000;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_TYPE_MASK = 0xf;
/** Of `ioctl`: both type into the terminal that the process was started from. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
/** Of `prctl`: names of threads and of memory, as runtimes give. */
const PR_SET_NAME = 15;
const PR_GET_NAME = 16;
const PR_SET_VMA = 0x5356_4d41;
/** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, and the one bit of O_TMPFILE that says it; the same on both machines. */
const WRITES = 0o1 | 0o2 | 0o100 | 0o1000 | 0o20_000_000;

/** @returns The program, 8 bytes an instruction, little-endian. */
export function seccompFilter(options: FilterOptions): Uint8Array<ArrayBuffer> {
  const { machine } = options;
  const allowed = numbersOf(options);
  const program = [
    [LOAD, 0, 0, MACHINE_OFFSET],
    [IF_EQUAL, 1, 0, AUDIT_MACHINES[machine]],
    // 32-bit calls, whose numbers mean something else.
    refuse(EPERM),
    [LOAD, 0, 0, NUMBER_OFFSET],
    ...conditions(options).flatMap(([numbers, body]) => guarded(numbers[machine], body)),
    ...rangesOf(allowed).flatMap(allowRange),
    // What a later kernel has learnt is absent here, and libraries know how to do without.
    refuse(ENOSYS),
  ] satisfies Instruction[];
  return encode(program);
}

/** Calls that are allowed under a condition; a body ends with a return on every path. */
function conditions({ pid, sharesMemory }: FilterOptions): [CallNumbers, Instruction[]][] {
  const readOnly = (flags: number) => [
    ...argument(flags),
    ...when(IF_BITS, WRITES, refuse(EACCES)),
    allow(),
  ];
  const ownProcess = [...argument(0), ...when(IF_EQUAL, pid, allow()), refuse(EPERM)];
  return [
    [CLONE3, [refuse(ENOSYS)]],
    [MKDIR, [refuse(EEXIST)]],
    [call("clone"), [...argument(0), ...when(IF_BITS, CLONE_THREAD, allow()), refuse(EPERM)]],
    [call("socket"), [
      ...argument(1),
      [AND, 0, 0, SOCK_TYPE_MASK],
      // Streams and datagrams jump over the refusal.
      [IF_EQUAL, 2, 0, SOCK_STREAM],
      [IF_EQUAL, 1, 0, SOCK_DGRAM],
      refuse(EACCES),
      ...argument(0),
      ...when(IF_EQUAL, AF_INET, allow()),
      ...when(IF_EQUAL, AF_INET6, allow()),
      refuse(EACCES),
    ]],
    [call("socketpair"), [...argument(0), ...when(IF_EQUAL, AF_UNIX, allow()), refuse(EACCES)]],
    [call("kill"), ownProcess],
    [call("tgkill"), ownProcess],
    [call("ioctl"), [
      ...argument(1),
      ...when(IF_EQUAL, TIOCSTI, refuse(EPERM)),
      ...when(IF_EQUAL, TIOCLINUX, refuse(EPERM)),
      allow(),
    ]],
    [call("prctl"), [
      ...argument(0),
      ...[PR_SET_NAME, PR_GET_NAME, PR_SET_VMA].flatMap((code) => when(IF_EQUAL, code, allow())),
      refuse(EPERM),
    ]],
    ...sharesMemory ? [] : [
      [call("open"), readOnly(1)],
      [call("openat"), readOnly(2)],
    ] satisfies [CallNumbers, Instruction[]][],
  ];
}

function call(name: string): CallNumbers {
  return ALWAYS_ALLOWED.get(name) as CallNumbers;
}

function numbersOf({ machine, sharesMemory }: FilterOptions): number[] {
  const calls = [
    ...ALWAYS_ALLOWED.values(),
    ...sharesMemory ? SHARED_MEMORY_ALLOWED.values() : [],
  ];
  return calls.flatMap(({ [machine]: number }) => number ?? []).sort((a, b) => a - b);
}

/** Neighbouring numbers together, in ascending order. */
function rangesOf(numbers: readonly number[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range !== undefined && number === range[1] + 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** For ranges in ascending order, so that what lies below one lies in none. */
function allowRange([first, last]: readonly [number, number]): Instruction[] {
  return [
    [IF_AT_LEAST, 1, 0, first],
    refuse(EPERM),
    [IF_GREATER, 1, 0, last],
    allow(),
  ];
}

function guarded(number: number | undefined, body: readonly Instruction[]): Instruction[] {
  if (number === undefined) return [];
  return [[IF_EQUAL, 0, body.length, number], ...body];
}

function when(test: number, constant: number, then: Instruction): Instruction[] {
  return [[test, 0, 1, constant], then];
}

/** The lower half of an argument: all that flags, domains and process ids have. */
function argument(index: number): Instruction[] {
  return [[LOAD, 0, 0, 16 + 8 * index]];
}

function allow(): Instruction {
  return [RETURN, 0, 0, ALLOW];
}

function refuse(errno: number): Instruction {
  return [RETURN, 0, 0, REFUSE | errno];
}

function encode(program: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, [code, ifTrue, ifFalse, constant]] of program.entries()) {
    const offset = index * INSTRUCTION_BYTES;
    view.setUint16(offset, code, true);
    view.setUint8(offset + 2, ifTrue);
    view.setUint8(offset + 3, ifFalse);
    view.setUint32(offset + 4, constant, true);
  }
  return bytes;
}
