import assert from "node:assert/strict";
import { KernelRefusal, LinuxCalls } from "./linux_calls.ts";
import { type Machine, MACHINES } from "./system_calls.ts";

const ignore = Deno.build.os !== "linux" ||
  !(MACHINES as readonly string[]).includes(Deno.build.arch);
const MACHINE = Deno.build.arch as Machine;

Deno.test({
  name: "LinuxCalls says which call the kernel refused, and by which error",
  ignore,
  fn() {
    using calls = new LinuxCalls(MACHINE);
    // A filter of no instructions is none, and this ruleset is no descriptor.
    assert.throws(() => calls.filterSystemCalls(new Uint8Array(0)), KernelRefusal);
    assert.throws(() => calls.restrictSelf(-1), (error) => {
      assert.ok(error instanceof KernelRefusal);
      assert.match(error.message, /^landlock_restrict_self failed with errno \d+$/);
      return error.errno > 0;
    });
  },
});

Deno.test({
  name: "LinuxCalls.openPath() opens what is there, and nothing else",
  ignore,
  fn() {
    using calls = new LinuxCalls(MACHINE);
    assert.equal(calls.openPath("/nobody/has/this"), undefined);
    const fd = calls.openPath("/etc");
    assert.ok(fd !== undefined && fd > 2);
    const target = Deno.readLinkSync(`/proc/self/fd/${fd}`);
    assert.equal(target, "/etc");
    calls.close(fd);
    assert.throws(() => Deno.readLinkSync(`/proc/self/fd/${fd}`), Deno.errors.NotFound);
  },
});

Deno.test({
  name: "LinuxCalls needs a C library that it may open",
  ignore,
  fn: () => assert.throws(() => new LinuxCalls(MACHINE, ["/nobody/has/this.so"])),
});
