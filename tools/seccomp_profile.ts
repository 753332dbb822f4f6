/** The seccomp profile of the gateway's container, for Docker and Kubernetes, out of the calls that a gateway may make. */
import { ALWAYS_ALLOWED, SHARED_MEMORY_ALLOWED } from "../gateway/fence/system_calls.ts";

/** Where it lies. */
export const PROFILE_PATH = "deploy/seccomp/gateway.json";

/**
 * What goes before a gateway runs, and beside it: the container's runtime changes users, tini and a shell start Deno,
 * and so does the health check. The gateway itself gives these up.
 */
const START = [
  ...["execve", "fork", "vfork", "wait4", "waitid", "setpgid", "getpgid", "getpgrp", "setsid"],
  ...["getsid", "chdir", "fchdir", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "chmod"],
  ...["fchmodat", "fchown", "umask", "getdents", "capset", "setuid", "setgid", "setgroups"],
  ...["setresuid", "setresgid", "seccomp", "landlock_create_ruleset", "landlock_add_rule"],
  "landlock_restrict_self",
];

/** All flags that give a process a namespace of its own. */
const CLONE_NEW = 0x7e02_0000;
const SOCK_TYPE_MASK = 0xf;
const [EPERM, ENOSYS] = [1, 38];
const DOMAINS = { AF_INET: 2, AF_INET6: 10 };
const TYPES = { SOCK_STREAM: 1, SOCK_DGRAM: 2 };

/** @returns JSON text. */
export function seccompProfile(): string {
  const conditional = ["clone", "socket"];
  const names = [...ALWAYS_ALLOWED.keys(), ...SHARED_MEMORY_ALLOWED.keys(), ...START]
    .filter((name) => !conditional.includes(name)).sort();
  const masked = (index: number, mask: number, value: number) => ({
    ...{ index, value: mask, valueTwo: value },
    op: "SCMP_CMP_MASKED_EQ",
  });
  const sockets = Object.values(DOMAINS).flatMap((domain) =>
    Object.values(TYPES).map((type) => ({
      names: ["socket"],
      action: "SCMP_ACT_ALLOW",
      args: [{ index: 0, value: domain, op: "SCMP_CMP_EQ" }, masked(1, SOCK_TYPE_MASK, type)],
    }))
  );
  const profile = {
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: EPERM,
    architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
    syscalls: [
      { names, action: "SCMP_ACT_ALLOW" },
      { names: ["clone"], action: "SCMP_ACT_ALLOW", args: [masked(0, CLONE_NEW, 0)] },
      // The C library then falls back to clone, whose flags a filter can see.
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
      ...sockets,
    ],
  };
  return `${JSON.stringify(profile, undefined, 2)}\n`;
}
