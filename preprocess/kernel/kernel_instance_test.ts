import assert from "node:assert/strict";
import { compileKernel, KernelInstance } from "./kernel_instance.ts";

Deno.test("KernelInstance.reserve() grows the memory and never shrinks it", () => {
  const instance = new KernelInstance(compileKernel());
  instance.reserve(200_000);
  assert.equal(instance.buffer.byteLength, 262_144);
  const { buffer } = instance;
  instance.reserve(1000);
  assert.equal(instance.buffer, buffer);
});

Deno.test("KernelInstance.run() hands a step its parameters", () => {
  const instance = new KernelInstance(compileKernel());
  const bytes = new Uint8Array(instance.buffer);
  const source = instance.freeAddress;
  bytes.set([1, 2, 3, 4, 5, 6, 7, 8], source);
  const target = source + 64;
  instance.run("copyRows", {
    source,
    sourceStride: 4,
    target,
    targetStride: 3,
    count: 2,
    lines: 3,
  });
  assert.deepEqual([...bytes.subarray(target, target + 7)], [1, 2, 3, 5, 6, 7, 0]);
});

Deno.test("KernelInstance: instances of one module share nothing", () => {
  const module = compileKernel();
  const [left, right] = [new KernelInstance(module), new KernelInstance(module)];
  new Uint8Array(left.buffer)[left.freeAddress] = 1;
  assert.equal(new Uint8Array(right.buffer)[right.freeAddress], 0);
});

Deno.test("KernelInstance gives what linked code exports, and knows what it does not", () => {
  const instance = new KernelInstance(compileKernel());
  assert.equal(instance.linkedNumber("FREE_ADDRESS"), instance.freeAddress);
  assert.equal(typeof instance.linkedFunction("scaleJpeg"), "function");
  assert.throws(
    () => instance.linkedNumber("NOWHERE"),
    /^Error: Cannot find NOWHERE in the kernel$/,
  );
});
