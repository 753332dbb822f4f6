/** What the tests of `engine_conformance.ts` do with an engine. */
import assert from "node:assert/strict";
import type { Deadline } from "../gateway/work/deadline.ts";
import type { Engine, EngineDescription, InputLease } from "../gateway/engine/engine.ts";
import type { SlotAddress } from "../gateway/work/slot_address.ts";

/** What the suite needs to know of an engine. */
export interface ConformanceOptions {
  /** Writes a whole input to its slot, whatever the kind of the address. */
  readonly writeInput: (address: SlotAddress, input: Uint8Array<ArrayBuffer>) => void;
  /** How far the rows of one input may lie apart when its batches differ; 0 asks for equal bits. */
  readonly rowTolerance: number;
  /** Registers the tests as ignored, where what the engine needs is not at hand. */
  readonly ignore?: boolean;
}

/** An engine under test, and what its tests have in common. */
export interface Subject extends ConformanceOptions {
  readonly engine: Engine;
  readonly deadline: Deadline;
  readonly input: (seed: number) => Uint8Array<ArrayBuffer>;
}

/** Slots for `count` inputs, which must be there. */
export function leaseOf(engine: Engine, count: number): InputLease {
  const lease = engine.lease(count);
  assert.ok(lease !== undefined, `no lease of ${count}`);
  assert.equal(lease.addresses.length, count);
  return lease;
}

/** A lease with the inputs of the given seeds written to it. */
export function filledLease(subject: Subject, seeds: readonly number[]): InputLease {
  const lease = leaseOf(subject.engine, seeds.length);
  lease.addresses.forEach((address, position) =>
    subject.writeInput(address, subject.input(seeds[position] as number))
  );
  return lease;
}

/** Rows of the given inputs, embedded together. */
export async function embed(subject: Subject, seeds: readonly number[]): Promise<Float32Array[]> {
  using lease = filledLease(subject, seeds);
  const { rows, computeMs } = await lease.infer([...seeds.keys()], subject.deadline);
  assert.ok(computeMs >= 0);
  return [...rows];
}

/** Largest difference of two rows. */
export function distance(a: Float32Array | undefined, b: Float32Array | undefined): number {
  assert.ok(a !== undefined && b !== undefined && a.length === b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? NaN))), 0);
}

/** Asserts that two rows are there, equally long, and close to each other. */
export function assertClose(
  actual: Float32Array | undefined,
  expected: Float32Array | undefined,
  tolerance: number,
): void {
  const apart = distance(actual, expected);
  assert.ok(apart <= tolerance, `rows differ by ${apart}: at most ${tolerance} is allowed`);
}

/** Asserts that no two slots overlap, and that each is aligned for what it holds. */
export function assertApart(
  addresses: readonly SlotAddress[],
  description: EngineDescription,
): void {
  const { inputByteLength, inputDatatype } = description;
  const memories = new Set(addresses.map((address) => memoryOf(address)));
  for (const memory of memories) {
    const offsets = addresses.filter((address) => memoryOf(address) === memory)
      .map(({ byteOffset }) => byteOffset).sort((a, b) => a - b);
    offsets.reduce((before, offset) => {
      assert.ok(offset >= before + inputByteLength, `slots at ${before} and ${offset} overlap`);
      return offset;
    }, -inputByteLength);
  }
  assert.ok(addresses.every(({ datatype }) => datatype === inputDatatype));
  assert.ok(addresses.every(({ byteOffset }) => byteOffset % 4 === 0));
}

/** What an address points into: a buffer, or a file descriptor. */
function memoryOf(address: SlotAddress): SharedArrayBuffer | number {
  return address.kind === "memory" ? address.buffer : address.fd;
}
