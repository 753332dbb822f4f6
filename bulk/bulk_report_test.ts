import assert from "node:assert/strict";
import { ProgressLine } from "../command/terminal.ts";
import { BulkReport } from "./bulk_report.ts";

const PROGRESS = { done: 9, failed: 1, count: 30, concurrency: 4, retrying: undefined };
const FACTS = { source: "s", photos: 30, failed: 2, embedder: undefined };

function trial(isJson: boolean, isShown = true) {
  const printed: string[] = [];
  const shown: string[] = [];
  let nowMs = 0;
  const said: string[] = [];
  class Line extends ProgressLine {
    override get isShown(): boolean {
      return isShown;
    }
    override say(sentence: string): void {
      said.push(sentence);
    }
    override show(text: () => string): void {
      shown.push(text());
    }
  }
  const report = new BulkReport({
    ...{ isJson, line: new Line(false), shards: 2 },
    ...{ now: () => nowMs, print: (text) => printed.push(text) },
  });
  report.started({ name: "a", path: "a.txt" });
  return { report, printed, shown, said, wait: (ms: number) => nowMs += ms };
}

Deno.test("BulkReport tells people how far a shard is, how fast, and how long it takes", () => {
  const { report, printed, shown, wait } = trial(false);
  wait(2000);
  report.progress(PROGRESS);
  report.progress({ ...PROGRESS, count: undefined, retrying: "The gateway is away" });
  report.finished(FACTS, 6);
  report.started({ name: "b", path: "b.txt" });
  report.finished(FACTS, undefined);
  assert.deepEqual(shown, [
    "shard a (1 of 2): 10 of 30, 1 failed, 5/s, 4 s left",
    "shard a (1 of 2): 10 photos, 1 failed, 5/s; The gateway is away",
  ]);
  assert.deepEqual(printed, [
    "shard a (1 of 2): 30 photos, 2 failed, 6.0 s, 5/s",
    "shard b (2 of 2): 30 photos, 2 failed, finished before",
  ]);
});

Deno.test("BulkReport tells a log now and then why it waits, and nothing else before the end", () => {
  const { report, shown, said, wait } = trial(false, false);
  for (const ms of [9000, 1000, 9000, 1000]) {
    wait(ms);
    report.progress({ ...PROGRESS, retrying: "The gateway is away" });
    report.progress(PROGRESS);
  }
  assert.deepEqual(said, Array(2).fill("shard a (1 of 2): waits, as The gateway is away"));
  assert.deepEqual(shown, []);
});

Deno.test("BulkReport tells programs the same in lines of JSON, now and then", () => {
  const { report, printed, shown, wait } = trial(true);
  for (const ms of [9000, 1000, 5000]) {
    wait(ms);
    report.progress(PROGRESS);
  }
  report.finished(FACTS, 15);
  report.finished(FACTS, undefined);
  assert.deepEqual(printed.map((line) => JSON.parse(line)), [
    {
      ...{ event: "progress", shard: "a", photos: 10, failed: 1, count: 30 },
      ...{ per_second: 1, seconds_left: 20, concurrency: 4 },
    },
    { event: "finished", shard: "a", photos: 30, failed: 2, seconds: 15, per_second: 2 },
    { event: "skipped", shard: "a", photos: 30, failed: 2 },
  ]);
  assert.deepEqual(shown, []);
});
