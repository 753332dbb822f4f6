import assert from "node:assert/strict";
import { readDctManifest } from "../../../testing/dct_model.ts";
import fc from "../../../testing/fast_check.ts";
import { Deadline } from "../../work/deadline.ts";
import { CallBatcher, type SlotSpan, type SpanReply } from "./call_batcher.ts";
import type { CallBounds } from "./call_bounds.ts";
import type { TritonConnection } from "./connection.ts";

const BATCH_MAX = 8;
/** Calls of single images that keep Triton busy, at slots that are nobody's neighbours. */
const BUSY = [100, 102];

function connectionOf(): TritonConnection {
  const { input } = readDctManifest();
  return {
    serverVersion: "1",
    input,
    inputByteLength: 602_112,
    tensorPath: "shared_memory",
    inlineReason: undefined,
  };
}

interface Call {
  readonly firstSlot: number;
  readonly count: number;
  readonly bounds: CallBounds;
  /** Answers with rows of two numbers: the slot's, and its negative. */
  readonly answer: () => void;
  readonly fail: (error: Error) => void;
}

/** A batcher whose calls are answered by hand. */
class Trial implements Disposable {
  readonly calls: Call[] = [];
  dropped = 0;
  readonly connection = connectionOf();
  readonly #deadlines = new DisposableStack();
  readonly batcher = new CallBatcher({
    batchMax: BATCH_MAX,
    run: ({ firstSlot, count }, bounds) => {
      const { promise, resolve, reject } = Promise.withResolvers<Float32Array>();
      const answer = () => {
        const slots = Array.from({ length: count }, (_, row) => firstSlot + row);
        resolve(Float32Array.from(slots.flatMap((slot) => [slot, 0 - slot])));
      };
      this.calls.push({ firstSlot, count, bounds, answer, fail: reject });
      return promise;
    },
    onDropped: () => void this.dropped++,
  });

  deadline(clientSignal?: AbortSignal, timeoutMs = 60_000): Deadline {
    const options = { timeoutMs, ...clientSignal && { clientSignal } };
    return this.#deadlines.use(new Deadline(options));
  }

  add(firstSlot: number, count = 1, changes: Partial<SlotSpan> = {}): Promise<SpanReply> {
    const span = { firstSlot, count, connection: this.connection, ...changes };
    return this.batcher.add(span, this.deadline());
  }

  /** Fills Triton with calls that are not answered yet. */
  async occupy(): Promise<Call[]> {
    for (const slot of BUSY) void this.add(slot);
    await turn();
    assert.equal(this.calls.length, BUSY.length);
    return this.calls.splice(0);
  }

  get sizes(): number[][] {
    return this.calls.map(({ firstSlot, count }) => [firstSlot, count]);
  }

  [Symbol.dispose](): void {
    this.batcher[Symbol.dispose]();
    this.#deadlines[Symbol.dispose]();
  }
}

/** Until all microtasks have run. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

Deno.test("CallBatcher makes a lone call in the same turn", async () => {
  using trial = new Trial();
  const reply = trial.add(3);
  await Promise.resolve();
  assert.deepEqual(trial.sizes, [[3, 1]]);
  trial.calls[0]?.answer();
  const { values, queueMs } = await reply;
  assert.deepEqual([...values], [3, -3]);
  assert.ok(queueMs >= 0);
});

Deno.test("CallBatcher gives each request of one call its own rows", async () => {
  using trial = new Trial();
  const replies = [trial.add(6), trial.add(3, 2), trial.add(5)];
  await turn();
  assert.deepEqual(trial.sizes, [[3, 4]]);
  trial.calls[0]?.answer();
  const rows = (await Promise.all(replies)).map(({ values }) => [...values]);
  assert.deepEqual(rows, [[6, -6], [3, -3, 4, -4], [5, -5]]);
});

Deno.test("CallBatcher sends no slot that nobody added", async () => {
  using trial = new Trial();
  for (const slot of [3, 5, 6]) void trial.add(slot);
  await turn();
  trial.batcher[Symbol.dispose]();
  assert.deepEqual(trial.sizes, [[3, 1], [5, 2]]);
});

Deno.test("CallBatcher joins no slots that were filled under different connections", async () => {
  using trial = new Trial();
  void trial.add(3);
  void trial.add(4, 1, { connection: connectionOf() });
  await turn();
  assert.deepEqual(trial.sizes, [[3, 1], [4, 1]]);
});

Deno.test("CallBatcher collects while Triton is busy, until a call returns", async () => {
  using trial = new Trial();
  const [busy] = await trial.occupy();
  for (const slot of [1, 0]) {
    void trial.add(slot);
    await Promise.resolve();
    assert.deepEqual(trial.sizes, []);
  }
  busy?.answer();
  while (trial.calls.length === 0) await Promise.resolve();
  assert.deepEqual(trial.sizes, [[0, 2]]);
});

Deno.test("CallBatcher does not hold back a call that is full", async () => {
  using trial = new Trial();
  await trial.occupy();
  void trial.add(0, BATCH_MAX - 1);
  void trial.add(BATCH_MAX - 1);
  await Promise.resolve();
  assert.deepEqual(trial.sizes, [[0, BATCH_MAX]]);
});

Deno.test("CallBatcher holds nothing back for long, whatever becomes of the calls in flight", async () => {
  using trial = new Trial();
  await trial.occupy();
  const reply = trial.add(0);
  while (trial.calls.length === 0) await turn();
  trial.calls[0]?.answer();
  assert.ok((await reply).queueMs > 0);
});

Deno.test("CallBatcher makes no call for who left while it collected, and joins the rest without it", async () => {
  using trial = new Trial();
  await trial.occupy();
  const client = new AbortController();
  const span = { firstSlot: 1, count: 1, connection: trial.connection };
  const gone = trial.batcher.add(span, trial.deadline(client.signal));
  for (const slot of [0, 2]) void trial.add(slot);
  await Promise.resolve();
  client.abort();
  trial.batcher[Symbol.dispose]();
  await assert.rejects(gone, { code: "client_closed" });
  assert.deepEqual(trial.sizes, [[0, 1], [2, 1]]);
  assert.equal(trial.dropped, 1);
});

Deno.test("CallBatcher goes on with a call when one of its clients leaves, and ends that of a lone one", async () => {
  for (const others of [[1], []]) {
    using trial = new Trial();
    const client = new AbortController();
    const span = { firstSlot: 0, count: 1, connection: trial.connection };
    void trial.batcher.add(span, trial.deadline(client.signal));
    for (const slot of others) void trial.add(slot);
    await turn();
    client.abort();
    assert.deepEqual(trial.sizes, [[0, 1 + others.length]]);
    assert.equal(trial.calls[0]?.bounds.signal.aborted, others.length === 0);
  }
});

Deno.test("CallBatcher fails every request of a call with the call's failure", async () => {
  using trial = new Trial();
  const replies = [trial.add(0), trial.add(1)];
  await turn();
  assert.equal(trial.calls.length, 1);
  trial.calls[0]?.fail(new Error("broke"));
  for (const reply of replies) await assert.rejects(reply, /broke/);
});

Deno.test("CallBatcher sends every slot once, in calls of at most the model's batch", async () => {
  const spans = fc.array(fc.record({ gap: fc.nat(2), count: fc.integer({ min: 1, max: 8 }) }), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(fc.asyncProperty(spans, fc.nat(), async (spans, rotation) => {
    using trial = new Trial();
    let slot = 0;
    const placed = spans.map(({ gap, count }) => {
      const firstSlot = slot + gap;
      slot = firstSlot + count;
      return { firstSlot, count };
    });
    const at = rotation % placed.length;
    const order = [...placed.slice(at), ...placed.slice(0, at)];
    const replies = order.map(({ firstSlot, count }) => trial.add(firstSlot, count));
    await turn();
    trial.batcher[Symbol.dispose]();
    for (const call of trial.calls) {
      assert.ok(call.count <= BATCH_MAX);
      call.answer();
    }
    const rows = (await Promise.all(replies)).map(({ values }) => [...values]);
    const expected = order.map(({ firstSlot, count }) =>
      Array.from({ length: count }, (_, row) => [firstSlot + row, 0 - firstSlot - row]).flat()
    );
    assert.deepEqual(rows, expected);
    assert.equal(
      trial.calls.reduce((sum, { count }) => sum + count, 0),
      placed.reduce((sum, { count }) => sum + count, 0),
    );
  }));
});
