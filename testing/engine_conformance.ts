/** What every engine must do, as tests that any of them can be put through. */
import assert from "node:assert/strict";
import { Deadline } from "../gateway/work/deadline.ts";
import type { Engine, EngineDescription } from "../gateway/engine/engine.ts";
import type { SlotAddress } from "../gateway/work/slot_address.ts";
import {
  assertApart,
  assertClose,
  type ConformanceOptions,
  distance,
  embed,
  filledLease,
  leaseOf,
  type Subject,
} from "./engine_subject.ts";
import { waveInput } from "./wave_inputs.ts";

/** Slots that an engine under test must have, and more than fit into one batch. */
const SLOTS_MIN = 8;

type Register = (title: string, run: (subject: Subject) => Promise<void> | void) => void;

/**
 * Registers the suite's tests.
 *
 * @param create Makes an engine with at least eight slots, and more than one batch holds. Each test disposes its own.
 */
export function testEngine(
  name: string,
  create: () => Promise<Engine>,
  options: ConformanceOptions,
): void {
  const inputs = new Map<number, Uint8Array<ArrayBuffer>>();
  const inputOf = (seed: number, description: EngineDescription) => {
    const input = inputs.get(seed) ?? waveInput(seed, description);
    inputs.set(seed, input);
    return input;
  };
  const register: Register = (title, run) =>
    Deno.test({
      name: `${name} ${title}`,
      ignore: options.ignore ?? false,
      fn: async () => {
        await using engine = await create();
        using deadline = new Deadline({ timeoutMs: 60_000 });
        const input = (seed: number) => inputOf(seed, engine.description);
        await run({ ...options, engine, deadline, input });
        assert.equal(engine.slots.inUse, 0, "slots in use at the end");
      },
    });
  testDescription(register);
  testLeases(register);
  testRows(register);
  testNeighbours(register);
  testHere(register);
  testEnds(register);
}

function testDescription(register: Register): void {
  register("describes itself and is healthy", async ({ engine, deadline }) => {
    const { description, slots } = engine;
    const { model, modelDigest, runtime, inputDatatype, inputByteLength } = description;
    assert.ok([model, modelDigest, runtime].every((text) => text.length > 0));
    const elements = inputByteLength / (inputDatatype === "UINT8" ? 1 : 4);
    const isWhole = inputDatatype === "INT32" || Number.isInteger(Math.sqrt(elements / 3));
    assert.ok(Number.isInteger(elements) && isWhole, `${elements} elements`);
    assert.ok(description.embeddingDim >= 1 && description.batchImagesMax >= 1);
    assert.ok(slots.total >= SLOTS_MIN && slots.total > description.batchImagesMax);
    assert.equal(slots.inUse, 0);
    assert.equal(await engine.healthy(deadline), true);
  });
}

function testLeases(register: Register): void {
  register("leases as many slots as there are, none twice, and no more", ({ engine }) => {
    const { total } = engine.slots;
    const leases = [leaseOf(engine, 3), leaseOf(engine, total - 3)];
    assert.equal(engine.slots.inUse, total);
    const addresses = leases.flatMap((lease) => lease.addresses);
    assert.equal(addresses.length, total);
    assertApart(addresses, engine.description);
    assert.equal(engine.lease(1), undefined);
    for (const lease of leases) lease[Symbol.dispose]();
    assert.equal(engine.lease(total + 1), undefined);
    leaseOf(engine, total)[Symbol.dispose]();
  });
  register("takes slots back once, also from a lease that is disposed twice", ({ engine }) => {
    const { total } = engine.slots;
    const first = leaseOf(engine, total);
    first[Symbol.dispose]();
    assert.equal(engine.slots.inUse, 0);
    using _second = leaseOf(engine, total);
    first[Symbol.dispose]();
    assert.equal(engine.slots.inUse, total);
    assert.equal(engine.lease(1), undefined);
  });
  register("embeds for the canary while requests hold every slot", async (subject) => {
    const { engine, deadline, input } = subject;
    const [alone] = await embed(subject, [7]);
    using _requests = leaseOf(engine, engine.slots.total);
    {
      using canary = engine.lease(1, "canary");
      assert.ok(canary !== undefined);
      assert.equal(engine.lease(1, "canary"), undefined);
      assert.equal(engine.slots.inUse, engine.slots.total);
      subject.writeInput(canary.addresses[0] as SlotAddress, input(7));
      const { rows } = await canary.infer([0], deadline);
      assertClose(rows[0], alone, subject.rowTolerance);
    }
    using again = engine.lease(1, "canary");
    assert.ok(again !== undefined);
  });
}

function testRows(register: Register): void {
  register(
    "gives a finite row an input, in their order, and tells inputs apart",
    async (subject) => {
      const { engine, rowTolerance } = subject;
      const seeds = [1, 2, 3, 4, 1];
      const rows = await embed(subject, seeds);
      assert.ok(rows.every((row) => row.length === engine.description.embeddingDim));
      assert.ok(rows.every((row) => row.every(Number.isFinite)));
      assertClose(rows[4], rows[0], rowTolerance);
      for (const [index, seed] of seeds.entries()) {
        const [alone] = await embed(subject, [seed]);
        assertClose(rows[index], alone, rowTolerance);
        const others = rows.filter((_, other) => seeds[other] !== seed);
        assert.ok(others.every((row) => distance(row, alone) > 2 * rowTolerance));
      }
    },
  );
  register(
    "embeds some positions of a lease, whatever lies in the other slots",
    async (subject) => {
      const { engine, deadline, rowTolerance } = subject;
      const seeds = [1, 2, 3, 4, 5, 6];
      const expected = await embed(subject, seeds);
      for (const positions of [[0], [5], [1, 2], [0, 2, 5], [1, 3, 4]]) {
        using lease = filledLease(subject, seeds);
        // All bits set are NaN as f32.
        const rubbish = new Uint8Array(engine.description.inputByteLength).fill(0xff);
        lease.addresses.forEach((address, position) => {
          if (!positions.includes(position)) subject.writeInput(address, rubbish);
        });
        const { rows } = await lease.infer(positions, deadline);
        assert.equal(rows.length, positions.length);
        positions.forEach((position, row) =>
          assertClose(rows[row], expected[position], rowTolerance)
        );
      }
    },
  );
  register("embeds more inputs at once than one batch holds", async (subject) => {
    const { engine, rowTolerance } = subject;
    const count = engine.description.batchImagesMax + 1;
    const seeds = Array.from({ length: count }, (_, index) => index % 5);
    const rows = await embed(subject, seeds);
    assert.equal(rows.length, count);
    const expected = await embed(subject, [0, 1, 2, 3, 4]);
    rows.forEach((row, index) => assertClose(row, expected[index % 5], rowTolerance));
  });
  register("embeds again in the same lease what was written since", async (subject) => {
    const { deadline, input, rowTolerance } = subject;
    const [, expected] = await embed(subject, [1, 2]);
    using lease = filledLease(subject, [1]);
    await lease.infer([0], deadline);
    subject.writeInput(lease.addresses[0] as SlotAddress, input(2));
    assertClose((await lease.infer([0], deadline)).rows[0], expected, rowTolerance);
  });
}

function testNeighbours(register: Register): void {
  register("keeps the rows of requests apart that run at once", async (subject) => {
    const seeds = [0, 1, 2, 3, 4, 5, 6, 7];
    const expected = await embed(subject, seeds);
    for (let round = 0; round < 3; round++) {
      const requests = [seeds.slice(0, 1), seeds.slice(1, 3), seeds.slice(3, 6), seeds.slice(6)];
      const replies = await Promise.all(requests.map((request) => embed(subject, request)));
      replies.flat().forEach((row, index) =>
        assertClose(row, expected[index], subject.rowTolerance)
      );
      seeds.push(seeds.shift() as number);
      expected.push(expected.shift() as Float32Array);
    }
  });
  register("reuses the slots of an abandoned request without spoiling others", async (subject) => {
    const { engine, rowTolerance } = subject;
    const expected = await embed(subject, [0, 1, 2, 3]);
    const client = new AbortController();
    using gone = new Deadline({ timeoutMs: 60_000, clientSignal: client.signal });
    const abandoned = filledLease(subject, [5, 6]);
    const neighbour = embed(subject, [0, 1]);
    const ended = Promise.allSettled([abandoned.infer([0, 1], gone)]);
    client.abort();
    abandoned[Symbol.dispose]();
    const heir = embed(subject, [2, 3]);
    const rows = [...await neighbour, ...await heir];
    rows.forEach((row, index) => assertClose(row, expected[index], rowTolerance));
    await ended;
    assert.equal(engine.slots.inUse, 0);
  });
}

function testHere(register: Register): void {
  register(
    "embeds what the caller makes as what a worker wrote, each read before the next",
    async (subject) => {
      const { engine, deadline, input, rowTolerance } = subject;
      const seeds = [0, 1, 2, 3, 4];
      const expected = await embed(subject, seeds);
      // One memory for all of them, as a preprocessor has.
      const shared = new Uint8Array(engine.description.inputByteLength);
      const rows = await Promise.all(seeds.map(async (seed) => {
        using lease = leaseOf(engine, 1);
        const { rows: [row] } = await lease.inferHere(() => {
          shared.set(input(seed));
          return shared;
        }, deadline);
        return row;
      }));
      rows.forEach((row, index) => assertClose(row, expected[index], rowTolerance));
    },
  );
  register("throws what making an input threw, and embeds the next", async (subject) => {
    const { engine, deadline, input, rowTolerance } = subject;
    const [expected] = await embed(subject, [1]);
    using lease = leaseOf(engine, 1);
    const refusal = new Error("refused");
    const refuse = () => {
      throw refusal;
    };
    await assert.rejects(lease.inferHere(refuse, deadline), refusal);
    const { rows } = await lease.inferHere(() => input(1), deadline);
    assertClose(rows[0], expected, rowTolerance);
  });
  register("makes no input when no time is left", async ({ engine }) => {
    using lease = leaseOf(engine, 1);
    using spent = new Deadline({ timeoutMs: 0 });
    const make = () => assert.fail("an input was made");
    await assert.rejects(lease.inferHere(make, spent), { code: "deadline_exceeded" });
  });
}

function testEnds(register: Register): void {
  register("rejects with deadline_exceeded when no time is left", async (subject) => {
    const [expected] = await embed(subject, [1]);
    using spent = new Deadline({ timeoutMs: 0 });
    using lease = filledLease(subject, [1]);
    await assert.rejects(lease.infer([0], spent), { code: "deadline_exceeded" });
    const { rows } = await lease.infer([0], subject.deadline);
    assertClose(rows[0], expected, subject.rowTolerance);
  });
  register(
    "rejects with client_closed when the client leaves, before or after",
    async (subject) => {
      using lease = filledLease(subject, [1, 2]);
      using left = new Deadline({ timeoutMs: 60_000, clientSignal: AbortSignal.abort() });
      await assert.rejects(lease.infer([0, 1], left), { code: "client_closed" });
      const client = new AbortController();
      using leaving = new Deadline({ timeoutMs: 60_000, clientSignal: client.signal });
      const inference = lease.infer([0, 1], leaving);
      client.abort();
      await assert.rejects(inference, { code: "client_closed" });
    },
  );
  register(
    "settles what still runs when it is disposed, and has no slot in use",
    async (subject) => {
      const { engine, deadline } = subject;
      const seeds = [0, 1, 2, 3, 4, 5];
      const lease = filledLease(subject, seeds);
      const inference = Promise.allSettled([lease.infer([...seeds.keys()], deadline)]);
      await engine[Symbol.asyncDispose]();
      await inference;
      lease[Symbol.dispose]();
      assert.equal(engine.slots.inUse, 0);
    },
  );
}
