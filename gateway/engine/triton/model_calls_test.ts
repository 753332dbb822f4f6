import assert from "node:assert/strict";
import { readDctManifest } from "../../../testing/dct_model.ts";
import { stopTime } from "../../../testing/fake_clock.ts";
import type { CallLimits, TritonClient } from "../../../triton/client.ts";
import { TritonError, type TritonErrorKind, type WasProcessed } from "../../../triton/errors.ts";
import type { InferRequest } from "../../../triton/infer.ts";
import type { SharedMemoryRegion } from "../../../triton/shared_memory.ts";
import { readTraceContext, type TraceContext } from "../../contract/trace_context.ts";
import { Deadline } from "../../work/deadline.ts";
import { ModelCalls } from "./model_calls.ts";
import { type RegionShare, TensorRegion } from "./tensor_region.ts";

const INPUT = {
  name: "image",
  datatype: "FP32",
  shape: [2, 3, 224, 224],
  region: "region",
  byteOffset: 0,
} as const;
const ROWS = new Float32Array(2 * 512);

type Answer = TritonError | "rows";

function failed(kind: TritonErrorKind, wasProcessed: WasProcessed = "no"): TritonError {
  return new TritonError(kind, kind, { wasProcessed });
}

/** Calls to a server that answers as scripted, and fails when asked more often. */
class Trial {
  attempts = 0;
  registered = 0;
  readonly lost: TritonErrorKind[] = [];
  readonly metadata: CallLimits["metadata"][] = [];
  readonly calls: ModelCalls;
  /** What passes before an answer. */
  work: () => Promise<void> = () => Promise.resolve();

  constructor(...answers: Answer[]) {
    const infer = async (_: InferRequest, { metadata }: CallLimits) => {
      this.metadata.push(metadata);
      await this.work();
      const answer = answers[this.attempts++] ?? assert.fail("asked too often");
      if (answer instanceof TritonError) throw answer;
      return [{ data: ROWS }];
    };
    this.calls = new ModelCalls({
      client: { infer } as unknown as TritonClient,
      manifest: readDctManifest(),
      share: this.#share(),
      pulse: { during: (call) => call() },
    });
  }

  async infer(signal?: AbortSignal, trace?: TraceContext): Promise<Float32Array> {
    using deadline = new Deadline({
      timeoutMs: 10_000,
      trace,
      ...signal && { clientSignal: signal },
    });
    const onLost = ({ kind }: TritonError) => void this.lost.push(kind);
    return await this.calls.infer({ input: INPUT, deadline, onLost });
  }

  #share(): RegionShare {
    const register = () => Promise.resolve(void this.registered++);
    return new TensorRegion(
      { register } as unknown as SharedMemoryRegion,
      { byteOffset: 0, byteLength: 0 },
      { isRequired: false, forgetStale: () => Promise.resolve() },
    );
  }
}

Deno.test("ModelCalls.infer() gives what the model gave", async () => {
  assert.equal(await new Trial("rows").infer(), ROWS);
});

Deno.test("ModelCalls.infer() tells Triton of the request's trace, a second time as well", async () => {
  const headers = {
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    tracestate: "a=1",
  };
  const trial = new Trial(failed("gone"), "rows", "rows");
  await trial.infer(undefined, readTraceContext(new Headers(headers)));
  await trial.infer();
  assert.deepEqual(trial.metadata, [headers, headers, undefined]);
});

Deno.test("ModelCalls.infer() tries again where the connection broke before anything was processed", async () => {
  const trial = new Trial(failed("gone"), "rows");
  assert.equal(await trial.infer(), ROWS);
  assert.deepEqual([trial.attempts, trial.registered, trial.lost], [2, 0, []]);
});

Deno.test("ModelCalls.infer() has a forgotten region registered and tries again", async () => {
  const trial = new Trial(failed("unknown_region"), "rows");
  assert.equal(await trial.infer(), ROWS);
  assert.deepEqual([trial.attempts, trial.registered, trial.lost], [2, 1, []]);
});

Deno.test("ModelCalls.infer() tries once where the first attempt may have been processed", async () => {
  const trial = new Trial(failed("gone", "unknown"));
  await assert.rejects(trial.infer(), { code: "upstream_error" });
  assert.deepEqual([trial.attempts, trial.lost], [1, ["gone"]]);
});

Deno.test("ModelCalls.infer() gives up after the second attempt", async () => {
  const trial = new Trial(failed("gone"), failed("gone"));
  await assert.rejects(trial.infer(), { code: "upstream_unavailable" });
  assert.deepEqual([trial.attempts, trial.lost], [2, ["gone"]]);
});

Deno.test("ModelCalls.infer() tries no failure again that a second attempt cannot mend", async () => {
  const kinds: [TritonErrorKind, string, TritonErrorKind[]][] = [
    ["stopping", "upstream_unavailable", ["stopping"]],
    ["our_fault", "internal", ["our_fault"]],
    ["failed", "upstream_error", []],
    ["overloaded", "overloaded", []],
  ];
  for (const [kind, code, lost] of kinds) {
    const trial = new Trial(failed(kind));
    await assert.rejects(trial.infer(), { code });
    assert.deepEqual([trial.attempts, trial.lost], [1, lost]);
  }
});

Deno.test("ModelCalls refuses after five failures of the server in a row", async () => {
  const trial = new Trial(...Array<Answer>(5).fill(failed("failed")));
  for (let call = 0; call < 5; call++) {
    trial.calls.assertWorthwhile();
    trial.calls.assertAllowed();
    await assert.rejects(trial.infer(), { code: "upstream_error" });
  }
  assert.throws(() => trial.calls.assertWorthwhile(), { code: "upstream_unavailable" });
  assert.throws(() => trial.calls.assertAllowed(), { code: "upstream_unavailable" });
});

Deno.test("ModelCalls counts no failure that is the load's, the clock's or the client's", async () => {
  const kinds: TritonErrorKind[] = ["overloaded", "deadline", "cancelled"];
  const trial = new Trial(...kinds.flatMap((kind) => [failed(kind), failed(kind)]));
  for (const kind of kinds.flatMap((kind) => [kind, kind])) {
    await assert.rejects(
      trial.infer(),
      (error) => (error as Error).cause instanceof TritonError,
      kind,
    );
  }
  trial.calls.assertAllowed();
});

/** Calls that run into their deadline after so many milliseconds. */
async function runLate(trial: Trial, ms: number, calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) {
    trial.calls.assertAllowed();
    await assert.rejects(trial.infer(), { code: "deadline_exceeded" }, `${ms} ms`);
  }
}

Deno.test("ModelCalls counts a deadline against Triton only where the call had two seconds", async () => {
  for (const [ms, isOpen] of [[1_999, false], [2_000, true]] as const) {
    using clock = stopTime();
    const trial = new Trial(...Array<Answer>(5).fill(failed("deadline", "unknown")));
    trial.work = () => clock.tick(ms);
    await runLate(trial, ms, 5);
    if (isOpen) assert.throws(() => trial.calls.assertWorthwhile(), { retryAfterSeconds: 1 });
    else trial.calls.assertAllowed();
  }
});

Deno.test("ModelCalls lets one trial through after a second, and all again once it succeeded", async () => {
  using clock = stopTime();
  const late = Array<Answer>(6).fill(failed("deadline", "unknown"));
  const trial = new Trial(...late, "rows");
  trial.work = () => clock.tick(2_000);
  await runLate(trial, 2_000, 5);
  await clock.tick(1_000);
  trial.calls.assertWorthwhile();
  trial.calls.assertAllowed();
  assert.throws(() => trial.calls.assertAllowed(), { code: "upstream_unavailable" });
  await assert.rejects(trial.infer(), { code: "deadline_exceeded" });
  assert.throws(() => trial.calls.assertAllowed(), { code: "upstream_unavailable" });
  await clock.tick(1_000);
  trial.calls.assertAllowed();
  await trial.infer();
  trial.calls.assertAllowed();
  trial.calls.assertAllowed();
});

Deno.test("ModelCalls.infer() ends as the client did who left", async () => {
  const trial = new Trial(failed("gone"));
  await assert.rejects(trial.infer(AbortSignal.abort()), { code: "client_closed" });
  assert.equal(trial.attempts, 0);
});
