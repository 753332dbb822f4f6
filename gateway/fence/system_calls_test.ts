import assert from "node:assert/strict";
import { ALWAYS_ALLOWED, MACHINES, SHARED_MEMORY_ALLOWED } from "./system_calls.ts";

const ALL = new Map([...ALWAYS_ALLOWED, ...SHARED_MEMORY_ALLOWED]);

Deno.test("the table has a number for every call, and none twice", () => {
  for (const machine of MACHINES) {
    const numbers = [...ALL.values()].flatMap(({ [machine]: number }) => number ?? []);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.ok(numbers.every((number) => Number.isInteger(number) && number < 500));
  }
  for (const [name, { aarch64, x86_64 }] of ALL) {
    assert.match(name, /^[a-z0-9_]+$/);
    assert.ok(x86_64 !== undefined || aarch64 !== undefined, name);
  }
});

Deno.test("the table has the numbers of Linux", () => {
  assert.deepEqual(ALL.get("read"), { x86_64: 0, aarch64: 63 });
  assert.deepEqual(ALL.get("openat"), { x86_64: 257, aarch64: 56 });
  assert.deepEqual(ALL.get("clone"), { x86_64: 56, aarch64: 220 });
  assert.deepEqual(ALL.get("unlinkat"), { x86_64: 263, aarch64: 35 });
  assert.deepEqual(ALL.get("open"), { x86_64: 2, aarch64: undefined });
});

Deno.test("the table has nothing that makes processes, runs programs or changes the machine", () => {
  const refused = [
    ...["execve", "execveat", "fork", "vfork", "clone3", "ptrace", "process_vm_writev", "setns"],
    ...["unshare", "mount", "umount2", "pivot_root", "chroot", "bpf", "keyctl", "io_uring_setup"],
    ...["init_module", "finit_module", "kexec_load", "perf_event_open", "userfaultfd", "reboot"],
    ...["setuid", "setgid", "chown", "chmod", "rename", "symlink", "mknod", "memfd_create"],
  ];
  for (const name of refused) assert.equal(ALL.get(name), undefined, name);
});
