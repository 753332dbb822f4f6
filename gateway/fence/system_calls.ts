/**
 * The system calls that a running gateway may make, with their numbers a machine (source: Linux,
 * `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`).
 *
 * What is not here is refused: to run a program, to make a process, to trace or signal another one, to mount, to load
 * into the kernel, to rename, to change an owner. Some are here with a condition, which `seccomp_filter.ts` has.
 */

/** Machines whose numbers are known, as `Deno.build.arch` names them. */
export const MACHINES = ["x86_64", "aarch64"] as const;

/** One of them. */
export type Machine = typeof MACHINES[number];

/** A system call's number a machine; `undefined` where a machine lacks it. */
export type CallNumbers = { readonly [Name in Machine]: number | undefined };

/** Of every gateway: name, number on x86-64, number on arm64. */
const ALWAYS = `
  read 0 63, readv 19 65, pread64 17 67, preadv 295 69, preadv2 327 286, write 1 64, writev 20 66, pwrite64 18 68,
  pwritev 296 70, pwritev2 328 287, close 3 57, close_range 436 436, lseek 8 62, open 2 -, openat 257 56, stat 4 -,
  fstat 5 80, lstat 6 -, newfstatat 262 79, statx 332 291, access 21 -, faccessat 269 48, faccessat2 439 439,
  readlink 89 -, readlinkat 267 78, getcwd 79 17, fcntl 72 25, flock 73 32, fsync 74 82, fdatasync 75 83,
  ftruncate 77 46, getdents64 217 61, dup 32 23, dup2 33 -, dup3 292 24, pipe 22 -, pipe2 293 59, fadvise64 221 223,
  statfs 137 43, fstatfs 138 44, sendfile 40 71, ioctl 16 29,

  poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72, epoll_create1 291 20, epoll_ctl 233 21, epoll_wait 232 -,
  epoll_pwait 281 22, epoll_pwait2 441 441, eventfd2 290 19, timerfd_create 283 85, timerfd_settime 286 86,
  timerfd_gettime 287 87, clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101,
  gettimeofday 96 169, time 201 -, times 100 153, restart_syscall 219 128,

  mmap 9 222, munmap 11 215, mremap 25 216, mprotect 10 226, madvise 28 233, brk 12 214, mincore 27 232, msync 26 227,
  membarrier 324 283, pkey_alloc 330 289, pkey_free 331 290, pkey_mprotect 329 288, get_mempolicy 239 236,
  getrandom 318 278,

  clone 56 220, futex 202 98, futex_waitv 449 449, futex_wake 454 454, futex_wait 455 455, futex_requeue 456 456,
  set_robust_list 273 99, get_robust_list 274 100, rseq 334 293, set_tid_address 218 96, arch_prctl 158 -,
  sched_yield 24 124, sched_getaffinity 204 123, sched_setaffinity 203 122, sched_getscheduler 145 120,
  sched_getparam 143 121, sched_get_priority_max 146 125, sched_get_priority_min 147 126, getcpu 309 168,
  getpriority 140 141, gettid 186 178, getpid 39 172, getppid 110 173, exit 60 93, exit_group 231 94, prctl 157 167,
  rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigtimedwait 128 137, rt_sigpending 127 136,
  rt_sigsuspend 130 133, sigaltstack 131 132, pause 34 -, kill 62 129, tgkill 234 131,

  socket 41 198, socketpair 53 199, bind 49 200, listen 50 201, accept 43 202, accept4 288 242, connect 42 203,
  getsockname 51 204, getpeername 52 205, getsockopt 55 209, setsockopt 54 208, shutdown 48 210, sendto 44 206,
  sendmsg 46 211, sendmmsg 307 269, recvfrom 45 207, recvmsg 47 212, recvmmsg 299 243,

  getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177, getgroups 115 158, getresuid 118 148,
  getresgid 120 150, getrusage 98 165, getrlimit 97 163, prlimit64 302 261, sysinfo 99 179, uname 63 160, capget 125 90`;

/** Of a gateway that shares memory with Triton: objects in /dev/shm are made, sized and removed. */
const SHARED_MEMORY = "unlink 87 -, unlinkat 263 35, fchmod 91 52, fallocate 285 47";

/** Calls of every gateway, by name. */
export const ALWAYS_ALLOWED: ReadonlyMap<string, CallNumbers> = parseCalls(ALWAYS);

/** Calls that shared memory needs beside them. */
export const SHARED_MEMORY_ALLOWED: ReadonlyMap<string, CallNumbers> = parseCalls(SHARED_MEMORY);

/** Its flags lie where no filter can see them; the C library then falls back to `clone`. */
export const CLONE3: CallNumbers = { x86_64: 435, aarch64: 435 };

/** Deno makes sure of a folder in node_modules before it starts a worker, and takes "is there" alone for an answer. */
export const MKDIR: CallNumbers = { x86_64: 83, aarch64: 34 };

function parseCalls(table: string): Map<string, CallNumbers> {
  return new Map(
    table.split(",").map((row) => {
      const [name = "", x86, arm] = row.trim().split(" ");
      return [name, { x86_64: parseNumber(x86), aarch64: parseNumber(arm) }];
    }),
  );
}

function parseNumber(text: string | undefined): number | undefined {
  return text === "-" ? undefined : Number(text);
}
