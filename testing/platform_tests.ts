/** Tests of what only some systems have; elsewhere they are ignored, and why is in their names. */

/** Registers a test that needs `/proc`, `/dev/shm`, Linux's system calls or loopback's other addresses. */
export function testLinux(name: string, fn: () => void | Promise<void>): void {
  testWhere(Deno.build.os === "linux", "needs Linux", name, fn);
}

/** Registers a test that needs `/bin/sh` and its programs, signals, links, or paths with slashes. */
export function testPosix(name: string, fn: () => void | Promise<void>): void {
  testWhere(Deno.build.os !== "windows", "needs a POSIX system", name, fn);
}

function testWhere(
  isThere: boolean,
  reason: string,
  name: string,
  fn: () => void | Promise<void>,
): void {
  if (isThere) Deno.test(name, fn);
  else Deno.test.ignore(`${name} (${reason})`, fn);
}
