import assert from "node:assert/strict";
import { seccompProfile } from "./seccomp_profile.ts";

const { defaultAction, syscalls } = JSON.parse(seccompProfile());
const allowed: readonly string[] = syscalls[0].names;

Deno.test("the container's profile refuses what it does not name", () => {
  assert.equal(defaultAction, "SCMP_ACT_ERRNO");
  for (const name of ["ptrace", "mount", "bpf", "keyctl", "io_uring_setup", "unshare", "socket"]) {
    assert.ok(!allowed.includes(name), name);
  }
});

Deno.test("the container's profile allows what a gateway and its start need, each once", () => {
  for (const name of ["read", "unlinkat", "execve", "seccomp", "landlock_restrict_self"]) {
    assert.ok(allowed.includes(name), name);
  }
  assert.equal(new Set(allowed).size, allowed.length);
});

Deno.test("the container's profile allows TCP and UDP over IPv4 and IPv6 alone", () => {
  const sockets = syscalls.filter(({ names }: { names: string[] }) => names.includes("socket"));
  assert.deepEqual(
    sockets.map(({ args: [domain, type] }: { args: { value: number; valueTwo?: number }[] }) =>
      `${domain?.value} ${type?.valueTwo}`
    ),
    ["2 1", "2 2", "10 1", "10 2"],
  );
});
