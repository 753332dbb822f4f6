/** Triton going away and coming back, while this process, with the same client, stays. */
import assert from "node:assert/strict";
import {
  eventually,
  inlineRequest,
  INPUT_BYTES,
  LIMITS,
  makeInputs,
  RealTriton,
  sharedRequest,
} from "../testing/real_triton.ts";
import { TritonError, type TritonErrorKind } from "./errors.ts";
import { PosixShm } from "./posix_shm.ts";
import { SharedMemoryRegion } from "./shared_memory.ts";

/** What a client may see of a Triton that goes away; anything else would be told apart wrongly. */
const AWAY: readonly TritonErrorKind[] = ["starting", "stopping", "gone"];
const CLIENTS = 8;
/** How soon the first call succeeds once Triton is back. */
const RECOVERY_MS_MAX = 1000;

/** Clients that call one after the other until they are told to stop. */
class Load {
  readonly failures: TritonErrorKind[] = [];
  successes = 0;
  #isOver = false;
  readonly #clients: Promise<void>[];

  constructor(call: () => Promise<unknown>) {
    this.#clients = Array.from({ length: CLIENTS }, async () => {
      while (!this.#isOver) await this.#try(call);
    });
  }

  /** Waits for some more calls that succeed. */
  async flows(): Promise<void> {
    const enough = this.successes + 3 * CLIENTS;
    await eventually("calls succeed", () => Promise.resolve(this.successes >= enough));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #try(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
      this.successes++;
    } catch (error) {
      this.failures.push(error instanceof TritonError ? error.kind : assert.fail(`${error}`));
      // A refused connection takes no time, and would starve everything else.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

/**
 * A Triton that stops in the middle of calls ends some with a reply that is none: seen in 3 of 30 stops, once a client,
 * and refused as such. Never more than those that were in flight.
 */
function assertOnlyAway(failures: readonly TritonErrorKind[]): void {
  const others = failures.filter((kind) => !AWAY.includes(kind));
  assert.ok(others.length <= CLIENTS && others.every((kind) => kind === "bad_reply"), `${others}`);
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`A client under load survives ${signal} of Triton and finds it again`, async () => {
    await using triton = await RealTriton.start();
    const request = inlineRequest(makeInputs(1));
    const load = new Load(() => triton.client.infer(request, LIMITS));
    await load.flows();
    await triton.process.stop(signal);
    await triton.process.start();
    const readyAt = performance.now();
    const before = load.successes;
    await eventually("a call succeeds", () => Promise.resolve(load.successes > before));
    const recoveryMs = performance.now() - readyAt;
    await load.flows();
    await load.end();
    assert(recoveryMs < RECOVERY_MS_MAX, `${recoveryMs} ms`);
    assert(load.failures.length > 0);
    assertOnlyAway(load.failures);
  });

  Deno.test(`An idle client survives ${signal} of Triton and finds it again`, async () => {
    await using triton = await RealTriton.start();
    const request = inlineRequest(makeInputs(1));
    // Of the patterns that crash Deno 2.9.4 to 2.9.6 when Triton stops, this one does it most often.
    for (let call = 0; call < 13; call++) await triton.client.infer(request, LIMITS);
    await triton.process.stop(signal);
    const error = await triton.client.infer(request, LIMITS).catch((thrown) => thrown);
    assert(error instanceof TritonError);
    assertOnlyAway([error.kind]);
    await triton.process.start();
    await triton.client.infer(request, LIMITS);
  });

  Deno.test(`A region is registered again after ${signal} of Triton`, async () => {
    await using triton = await RealTriton.start();
    const { client } = triton;
    using shm = new PosixShm();
    const options = { shm, client, prefix: "triton-life", byteLength: INPUT_BYTES };
    await using region = SharedMemoryRegion.create(options);
    region.write(makeInputs(1), 0);
    await region.register(LIMITS);
    const request = sharedRequest(region.name, 0);
    const [before] = await client.infer(request, LIMITS);
    await triton.process.stop(signal);
    await triton.process.start();
    const error = await client.infer(request, LIMITS).catch((thrown) => thrown);
    assert(error instanceof TritonError);
    assert.equal(error.kind, "unknown_region");
    await region.register(LIMITS);
    const [after] = await client.infer(request, LIMITS);
    assert.deepEqual(after, before);
  });
}

Deno.test("A model that is unloaded under load is stopping, and well when it is loaded again", async () => {
  await using triton = await RealTriton.start();
  const { client } = triton;
  const request = inlineRequest(makeInputs(1));
  const load = new Load(() => client.infer(request, LIMITS));
  await load.flows();
  await triton.unloadModel("dct_512");
  await eventually("calls fail", () => Promise.resolve(load.failures.length > 0));
  assert(!await client.modelReady("dct_512", LIMITS));
  await triton.loadModel("dct_512");
  await load.flows();
  await load.end();
  assert.deepEqual(new Set(load.failures), new Set(["stopping"]));
});

Deno.test("A dead Python process fails every call behind a ready server, until Triton is restarted", async () => {
  await using triton = await RealTriton.start([{ source: "dct_512", scripted: true }]);
  const { client, repository } = triton;
  const request = inlineRequest(makeInputs(1));
  await repository.setScript("dct_512", { exit: true });
  for (let call = 0; call < 2; call++) {
    const error = await client.infer(request, LIMITS).catch((thrown) => thrown);
    assert(error instanceof TritonError);
    assert.equal(error.kind, "failed");
    await repository.setScript("dct_512", {});
  }
  assert(await client.ready(LIMITS) && await client.modelReady("dct_512", LIMITS));
  await triton.process.stop("SIGKILL");
  await triton.process.start();
  await client.infer(request, LIMITS);
});

Deno.test("A Triton that hangs runs calls into their deadlines, and is well when it goes on", async () => {
  await using triton = await RealTriton.start();
  const request = inlineRequest(makeInputs(1));
  await triton.client.infer(request, LIMITS);
  triton.process.signal("SIGSTOP");
  try {
    // Enough of them to give up the connection, and one to wait in vain for the next.
    await Promise.all(Array.from({ length: 9 }, async () => {
      const error = await triton.client.infer(request, { timeoutMs: 100 }).catch((thrown) =>
        thrown
      );
      assert(error instanceof TritonError);
      assert.equal(error.kind, "deadline");
    }));
  } finally {
    triton.process.signal("SIGCONT");
  }
  await triton.client.infer(request, LIMITS);
});
