import assert from "node:assert/strict";
import { embedAll, type EmbedAllOptions, type EmbedOutcome } from "./embed_all.ts";
import type { Embedding, Input } from "./embedding.ts";
import type { EmbeddingClient, EmbedOrder } from "./embedding_client.ts";
import { EmbeddingError } from "./embedding_error.ts";
import type { BatchResult } from "./wire.ts";

const BAD = new EmbeddingError({ code: "invalid_image", message: "bad" });
const GONE = new EmbeddingError({ code: "unreachable", message: "gone" });

const EMBEDDER = { modality: "text", space: "s", preprocessId: "p", madeBy: "stub" } as const;

/** Lets others go first. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Answers when it is told to, and counts what is asked at once. */
class StubClient implements Pick<EmbeddingClient, "embed" | "embedBatch"> {
  inFlight = 0;
  inFlightMax = 0;
  readonly batches: number[] = [];
  readonly #answer: (text: string, order: EmbedOrder) => Promise<void>;

  constructor(answer: (text: string, order: EmbedOrder) => Promise<void> = turn) {
    this.#answer = answer;
  }

  async embed(input: Input, order: EmbedOrder = {}): Promise<Embedding> {
    const { text } = input as { text: string };
    this.inFlight++;
    this.inFlightMax = Math.max(this.inFlightMax, this.inFlight);
    try {
      await this.#answer(text, order);
      order.onReply?.(10);
      const vector = Float32Array.of(Number(text));
      return { vector, ...EMBEDDER, isTruncated: false };
    } finally {
      this.inFlight--;
    }
  }

  async embedBatch(inputs: readonly Input[], order: EmbedOrder = {}): Promise<BatchResult[]> {
    this.batches.push(inputs.length);
    return await Promise.all(
      inputs.map((input) => this.embed(input, order).catch((error) => error)),
    );
  }
}

function* jobs(count: number, onRead: (index: number) => void = () => {}) {
  for (let tag = 0; tag < count; tag++) {
    yield { tag, read: () => (onRead(tag), Promise.resolve({ text: String(tag) })) };
  }
}

async function run(client: StubClient, count: number, options: EmbedAllOptions = {}) {
  const outcomes: EmbedOutcome<number>[] = [];
  const all = embedAll(client as unknown as EmbeddingClient, jobs(count), options);
  const thrown = await (async () => {
    for await (const outcome of all) outcomes.push(outcome);
  })().catch((error) => error);
  return { outcomes, thrown };
}

Deno.test("embedAll() gives an outcome for every input, and never asks for more than it may", async () => {
  const client = new StubClient();
  const { outcomes, thrown } = await run(client, 50, { concurrency: 3 });
  assert.equal(thrown, undefined);
  assert.deepEqual(outcomes.map(({ tag }) => tag).sort((a, b) => a - b), [...Array(50).keys()]);
  assert.equal(client.inFlightMax, 3);
});

Deno.test("embedAll() goes on behind an input that is bad, and behind a file that cannot be read", async () => {
  const client = new StubClient((text) => text === "1" ? Promise.reject(BAD) : Promise.resolve());
  const source = [...jobs(3)];
  source[2] = { tag: 2, read: () => Promise.reject(new Error("unreadable")) };
  const outcomes = await Array.fromAsync(
    embedAll(client as unknown as EmbeddingClient, source, { concurrency: 1 }),
  );
  assert.deepEqual(
    outcomes.map((outcome) => "error" in outcome ? outcome.error.message : "ok"),
    ["ok", "bad", "unreadable"],
  );
});

Deno.test("embedAll() stops where the gateway is gone, with what it has by then", async () => {
  const client = new StubClient((text) => text === "5" ? Promise.reject(GONE) : Promise.resolve());
  const { outcomes, thrown } = await run(client, 100, { concurrency: 1 });
  assert.equal(thrown, GONE);
  assert.equal(outcomes.length, 5);
});

Deno.test("embedAll() reads no input before its turn", async () => {
  let read = 0;
  const { promise: opened, resolve } = Promise.withResolvers<void>();
  const client = new StubClient(() => opened);
  const source = jobs(100, () => read++);
  const all = embedAll(client as unknown as EmbeddingClient, source, { concurrency: 4 });
  const first = all.next();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(read, 4);
  resolve();
  await first;
  await all.return();
});

Deno.test("embedAll() ends what is in flight when nobody wants more, and when it is told to", async () => {
  const client = new StubClient((text, { signal }) =>
    text === "0" ? Promise.resolve() : new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    })
  );
  for await (const { tag } of embedAll(client as unknown as EmbeddingClient, jobs(9))) {
    assert.equal(tag, 0);
    break;
  }
  assert.equal(client.inFlight, 0);
  const ending = new AbortController();
  const running = run(client, 9, { signal: ending.signal });
  await new Promise((resolve) => setTimeout(resolve));
  ending.abort(new Error("enough"));
  assert.match(String((await running).thrown), /enough/);
  assert.equal(client.inFlight, 0);
});

for (const [code, status] of [["overloaded", 429], ["upstream_unavailable", 503]] as const) {
  Deno.test(`embedAll() asks for fewer at once on ${status}, and says why it waits`, async () => {
    const full = new EmbeddingError({ code, message: "full", status });
    const client = new StubClient((text, { onRetry }) => {
      if (text === "200") onRetry?.(full, 0);
      return Promise.resolve();
    });
    const seen: { readonly concurrency: number; readonly retrying: unknown }[] = [];
    await run(client, 300, { onProgress: (progress) => seen.push(progress) });
    const at = seen.findIndex(({ retrying }) => retrying === full);
    assert.ok((seen[at]?.concurrency ?? 0) < (seen[at - 1]?.concurrency ?? 0));
    assert.equal(seen.at(-1)?.retrying, undefined);
  });
}

Deno.test("embedAll() sends small inputs together, an outcome each, and a bad one by itself", async () => {
  const client = new StubClient((text) => text === "1" ? Promise.reject(BAD) : Promise.resolve());
  const source = [...jobs(70)];
  source[2] = { tag: 2, read: () => Promise.reject(new Error("unreadable")) };
  const outcomes = await Array.fromAsync(
    embedAll(client as unknown as EmbeddingClient, source, { batchBytes: 1e6, concurrency: 1 }),
  );
  // 32 at most, of which one could not be read.
  assert.deepEqual(client.batches, [31, 32, 6]);
  assert.equal(outcomes.length, 70);
  const failed = outcomes.filter((outcome) => "error" in outcome);
  assert.deepEqual(failed.map(({ tag }) => tag).sort(), [1, 2]);
  const small = new StubClient();
  await run(small, 10, { batchBytes: 4, concurrency: 1 });
  assert.deepEqual(small.batches, [4, 4, 2]);
});

Deno.test("embedAll() reads inputs side by side where each goes by itself, however long the run", async () => {
  let [reading, readingMax, nowMs] = [0, 0, 0];
  const { now } = performance;
  performance.now = () => nowMs += 50;
  try {
    const source = [...jobs(40)].map(({ tag }) => ({
      tag,
      read: async () => {
        readingMax = Math.max(readingMax, ++reading);
        await turn();
        reading--;
        return { text: String(tag) };
      },
    }));
    const client = new StubClient(() => Promise.resolve());
    let count = 0;
    for await (
      const _ of embedAll(client as unknown as EmbeddingClient, source, { concurrency: 4 })
    ) {
      if (++count === 20) readingMax = 0;
    }
    assert.deepEqual([count, readingMax], [40, 4]);
  } finally {
    performance.now = now;
  }
});

Deno.test("embedAll() sends a large input by itself, and nothing twice", async () => {
  const client = new StubClient();
  const texts = ["1", "2", "333333", "4", "5", "666666"];
  const source = texts.map((text, tag) => ({ tag, read: () => Promise.resolve({ text }) }));
  const outcomes = await Array.fromAsync(
    embedAll(client as unknown as EmbeddingClient, source, { batchBytes: 4, concurrency: 1 }),
  );
  assert.deepEqual(client.batches, [2, 2]);
  const made = outcomes.map((outcome) => "embedding" in outcome && outcome.embedding.vector[0]);
  assert.deepEqual(made.toSorted(), texts.map(Number).toSorted());
});
