/** Tests of what only some systems have; elsewhere they are ignored, and why is in their names. */

/** Registers a test that needs `/proc`, `/dev/shm`, Linux's system calls or loopback's other addresses. */
export function testLinux(name: string, fn: () => void | Promise<void>): void {
  if (Deno.build.os === "linux") Deno.test(name, fn);
  else Deno.test.ignore(`${name} (needs Linux)`, fn);
}

/** Registers a test that needs `/bin/sh` and its programs, signals, links, or paths with slashes. */
export function testPosix(name: string, fn: () => void | Promise<void>): void {
  if (Deno.build.os !== "windows") Deno.test(name, fn);
  else Deno.test.ignore(`${name} (needs a POSIX system)`, fn);
}
