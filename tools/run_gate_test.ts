import assert from "node:assert/strict";
import { GATE_STEPS, type GateOptions, type GateStep, runGate, stepsWithout } from "./run_gate.ts";

/** A gate whose tasks end when the test says so. */
class FakeGate {
  readonly started: string[] = [];
  readonly printed: string[] = [];
  readonly #ends = new Map<string, (code: number) => void>();
  #now = 0;

  options(keepGoing: boolean): GateOptions {
    return {
      run: async (task) => {
        this.started.push(task);
        const { promise, resolve } = Promise.withResolvers<number>();
        this.#ends.set(task, resolve);
        return { code: await promise, output: `first\nlast of ${task}\n` };
      },
      print: (text) => void this.printed.push(text),
      now: () => this.#now += 100,
      parallelMax: 2,
      keepGoing,
    };
  }

  /** Ends a task and lets the gate act on it. */
  async end(task: string, code = 0): Promise<void> {
    this.#ends.get(task)?.(code);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

const STEPS: GateStep[] = [
  { task: "a" },
  { task: "b" },
  { task: "c", showLastLine: true },
  { task: "d", alone: true },
];
const KEEP_GOING = true;
const STOP = false;

Deno.test("runGate() runs two steps at a time, and an alone step by itself", async () => {
  const gate = new FakeGate();
  const done = runGate(STEPS, gate.options(STOP));
  assert.deepEqual(gate.started, ["a", "b"]);
  await gate.end("b");
  assert.deepEqual(gate.started, ["a", "b", "c"]);
  await gate.end("c");
  assert.deepEqual(gate.started, ["a", "b", "c"]);
  await gate.end("a");
  assert.deepEqual(gate.started, ["a", "b", "c", "d"]);
  await gate.end("d");
  const results = await done;
  const fates = results.map(({ task, status }) => `${task} ${status}`);
  assert.deepEqual(fates, ["a ok", "b ok", "c ok", "d ok"]);
  assert.match(gate.printed.join("\n"), /^ok +\d+\.\d s {2}c {2}last of c$/m);
  assert.match(gate.printed.at(-1) ?? "", /^gate: 4 ok, 0 failed, 0 skipped in \d+\.\d s$/);
});

Deno.test("runGate() starts nothing after a failure, and waits for what runs", async () => {
  const gate = new FakeGate();
  const done = runGate(STEPS, gate.options(STOP));
  await gate.end("a", 3);
  await gate.end("b");
  const results = await done;
  const fates = results.map((result) => result.status);
  assert.deepEqual(fates, ["failed", "ok", "skipped", "skipped"]);
  assert.deepEqual(gate.started, ["a", "b"]);
  const text = gate.printed.join("\n");
  assert.match(text, /deno task a exited with 3 -----\nfirst\nlast of a\n---/);
  assert.match(text, /gate: 1 ok, 1 failed \(a\), 2 skipped in/);
});

Deno.test("runGate() runs every step when told to keep going", async () => {
  const gate = new FakeGate();
  const done = runGate(STEPS, gate.options(KEEP_GOING));
  for (const [task, code] of [["a", 1], ["b", 0], ["c", 1], ["d", 0]] as const) {
    await gate.end(task, code);
  }
  const results = await done;
  assert.deepEqual(results.map((result) => result.status), ["failed", "ok", "failed", "ok"]);
});

Deno.test("runGate() passes on that a task could not be run", async () => {
  const gate = new FakeGate();
  const run = () => Promise.reject(new Error("no such program"));
  await assert.rejects(runGate(STEPS, { ...gate.options(STOP), run }), /no such program/);
});

Deno.test("stepsWithout() leaves out the steps to skip, and rejects unknown ones", () => {
  const tasks = stepsWithout("test,lint").map((step) => step.task);
  assert.equal(tasks.length, GATE_STEPS.length - 2);
  assert.ok(!tasks.includes("test") && !tasks.includes("lint"));
  assert.equal(stepsWithout("").length, GATE_STEPS.length);
  assert.throws(() => stepsWithout("tests"), {
    name: "TypeError",
    message: /^Cannot skip tests: steps are fmt:check, lint/,
  });
});
