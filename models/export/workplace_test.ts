import assert from "node:assert/strict";
import { Progress } from "../weights/progress.ts";
import { fetchOptions } from "./workplace.ts";

Deno.test("fetchOptions() waits twice as long each time, and says what to do in place of waiting", async () => {
  const pauses: number[] = [];
  const lines: string[] = [];
  const { backoff, onProgress, endpoint } = fetchOptions({
    repository: "models",
    cache: "cache",
    endpoint: "http://hub",
    failuresMax: 3,
    stallMsMax: 1000,
    pause: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
    say: () => {},
    warn: () => {},
    progress: (label) =>
      new Progress({ label, write: (text) => lines.push(text), isTerminal: false, now: () => 0 }),
  }, "w.safetensors");
  assert.equal(endpoint, "http://hub");
  onProgress(1_000_000, 2_000_000);
  for (const failures of [1, 2, 3]) await backoff(failures, "cut");
  assert.deepEqual(pauses, [2000, 4000, 8000]);
  assert.deepEqual(lines, [
    "w.safetensors  50 %  1.0 MB of 2.0 MB\n",
    "w.safetensors from http://hub: cut; next try in 2 s\n",
    "w.safetensors from http://hub: cut; next try in 4 s\n",
    "In place of waiting, HF_ENDPOINT=URL takes a mirror, --weights FILE a file that is here (docs/closed-networks.md)\n",
    "w.safetensors from http://hub: cut; next try in 8 s\n",
  ]);
});
