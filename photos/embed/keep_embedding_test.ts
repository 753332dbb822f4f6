import assert from "node:assert/strict";
import { findTurboJpeg } from "../../preprocess/decode/jpeg/turbojpeg_library.ts";
import { away, GatewayFront } from "../../testing/gateway_front.ts";
import { startGateway, testFile } from "../../testing/harness.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "../library/library.ts";
import { scan } from "../scan/scan.ts";
import { keepEmbedding, type KeepEmbeddingOptions } from "./keep_embedding.ts";

const CAT = await testFile("photos/cat.jpg");
const ENV = { GATEWAY_ISOLATES: "1", GATEWAY_MODEL_THREADS: "1", GATEWAY_DECODE_WORKERS: "1" };
/** The same vectors by another preprocess id: the JPEG decoder is another one. */
const OTHER_ENV = { ...ENV, GATEWAY_JPEG_DECODER: "portable" };
const hasOneDecoder = findTurboJpeg().path === undefined;
const COUNT = 150;
/** So long that each goes alone, and the gateway may leave between any two. A decoder stops at a JPEG's end. */
const PADDING = new Uint8Array(256 * 1024);

/** A library of photos, none of them embedded, with a gateway that goes and comes. */
async function trial(options: Partial<KeepEmbeddingOptions> = {}, count = COUNT) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  for (let number = 0; number < count; number++) {
    await Deno.writeFile(
      `${folder.path}/${number}.jpg`,
      await new Blob([CAT, PADDING, Uint8Array.of(number)]).bytes(),
    );
  }
  const library = stack.use(Library.open(`${folder.path}/.photos`));
  await scan(library, { folders: [folder.path] });
  const gateway = stack.use(await startGateway());
  const front = stack.use(new GatewayFront(gateway.url));
  const said: string[] = [];
  const run = (more: Partial<KeepEmbeddingOptions> = {}) =>
    keepEmbedding(library, {
      source: { mode: "auto", url: front.url, env: ENV },
      ...{ allowsMixed: false, isNewModel: false, concurrency: 8 },
      say: (sentence) => said.push(sentence),
      ...options,
      ...more,
    });
  const vectors = () => library.vectors.embedders().map(({ count }) => count);
  const dispose = () => stack.disposeAsync();
  return { library, front, said, run, vectors, [Symbol.asyncDispose]: dispose };
}

/** A pause that lasts until it is ended. */
function heldPause() {
  const over = Promise.withResolvers<void>();
  const pause: NonNullable<KeepEmbeddingOptions["pause"]> = async (_ms, signal) => {
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    await Promise.race([over.promise, aborted.promise]);
    signal?.removeEventListener("abort", onAbort);
  };
  return { pause, end: () => over.resolve() };
}

Deno.test("keepEmbedding() goes on here while the gateway is away, and there when it is back", async () => {
  await using one = await trial();
  const { pause, end } = heldPause();
  one.front.onEmbedded = (count) => {
    if (count === 20) one.front.instead = away;
  };
  const { totals } = await one.run({
    pause,
    onProgress: ({ madeBy }) => {
      if ((madeBy.local ?? 0) < 5) return;
      one.front.instead = undefined;
      end();
    },
  });
  assert.deepEqual([totals.wanted, totals.embedded, one.vectors()], [COUNT, COUNT, [COUNT]]);
  assert.ok((totals.madeBy.local ?? 0) >= 5 && (totals.madeBy[one.front.url] ?? 0) > 20);
  assert.equal(one.said.length, 2);
  assert.match(one.said[0] ?? "", /status 502.*; embedding here until it answers$/);
  assert.match(one.said[1] ?? "", / answers again: embedding there$/);
});

Deno.test("keepEmbedding() waits for the gateway where it alone is to embed", async () => {
  await using one = await trial();
  one.front.onEmbedded = (count) => {
    if (count === 20) one.front.instead = away;
  };
  const waits: number[] = [];
  const { totals } = await one.run({
    source: { mode: "remote", url: one.front.url, env: ENV },
    pause: (ms) => {
      waits.push(ms);
      if (waits.length === 7) one.front.instead = undefined;
      return Promise.resolve();
    },
  });
  assert.deepEqual(totals.madeBy, { [one.front.url]: COUNT });
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  assert.match(one.said.join("\n"), /; waiting for the gateway\n.* answers again$/);
});

Deno.test({
  name: "keepEmbedding() waits, and mixes nothing, where other vectors are made here",
  ignore: hasOneDecoder,
  fn: async () => {
    await using one = await trial();
    one.front.onEmbedded = (count) => {
      if (count === 20) one.front.instead = away;
    };
    const { totals } = await one.run({
      source: { mode: "auto", url: one.front.url, env: OTHER_ENV },
      pause: () => {
        one.front.instead = undefined;
        return Promise.resolve();
      },
    });
    assert.deepEqual(totals.madeBy, { [one.front.url]: COUNT });
    assert.deepEqual(one.vectors(), [COUNT]);
    assert.match(
      one.said[0] ?? "",
      /what embeds here makes other vectors .*; waiting for the gateway$/,
    );
  },
});

Deno.test("keepEmbedding() keeps what it has when the key is revoked, and says so", async () => {
  await using one = await trial();
  const revoked = { error: { code: "unauthorized", message: "Cannot accept request: the key" } };
  one.front.onEmbedded = (count) => {
    if (count === 80) one.front.instead = () => Response.json(revoked, { status: 401 });
  };
  await assert.rejects(one.run(), { code: "unauthorized", message: /the key$/ });
  const [kept = 0] = one.vectors();
  assert.ok(kept >= 70 && kept < COUNT, `${kept}`);
  one.front.instead = undefined;
  assert.equal((await one.run()).totals.wanted, COUNT - kept);
});

Deno.test("keepEmbedding() embeds by another model only where that is asked for, and then by it alone", async () => {
  await using one = await trial({}, 4);
  const other = { space: "s1-other", preprocessId: "p1-other", dim: 2 };
  const digest = new Uint8Array(32);
  const embedder = one.library.vectors.idOf(other);
  const vector = Float32Array.of(1, 0);
  one.library.vectors.put({ digest, embedder, vector, madeBy: "local" });
  await assert.rejects(
    one.run(),
    /makes other vectors .* than the library has \(s1-other, p1-other\); --new-model embeds all/,
  );
  assert.equal((await one.run({ isNewModel: true })).totals.embedded, 4);
  assert.equal((await one.run()).totals.wanted, 0);
  assert.deepEqual(one.vectors(), [4, 1]);
});

Deno.test({
  name:
    "keepEmbedding() lets another preprocess id join where the library's photos come out the same",
  ignore: hasOneDecoder,
  fn: async () => {
    await using one = await trial({}, 6);
    const { embedder } = await one.run({ shard: { index: 1, count: 2 } });
    const [before = 0] = one.vectors();
    assert.ok(before > 0 && before < 6);
    const local = { mode: "local", env: OTHER_ENV } as const;
    await assert.rejects(one.run({ source: local }), /what embeds here makes other vectors/);
    const joined = await one.run({ source: local, allowsMixed: true });
    assert.deepEqual(joined.totals.madeBy, { local: 6 - before });
    assert.deepEqual([joined.embedder, one.vectors()], [embedder, [6]]);
  },
});

for (const mode of ["remote", "auto"] as const) {
  Deno.test(`keepEmbedding() mixes nothing where the gateway comes back with another model, mode ${mode}`, async () => {
    await using one = await trial();
    one.front.onEmbedded = (count) => {
      if (count === 20) one.front.instead = away;
    };
    const running = one.run({
      source: { mode, url: one.front.url, env: ENV },
      pause: (_ms, signal) => {
        one.front.instead = undefined;
        one.front.rewrite = (headers) => headers.set("x-preprocess-id", "p2-other");
        signal?.throwIfAborted();
        return Promise.resolve();
      },
    });
    const told = /makes other vectors \(space .*, preprocess id p2-other\) than the library has/;
    if (mode === "remote") await assert.rejects(running, told);
    else {
      assert.equal((await running).totals.embedded, COUNT);
      assert.equal(one.said.filter((sentence) => told.test(sentence)).length, 1);
    }
    assert.equal(one.vectors().length, 1);
  });
}
