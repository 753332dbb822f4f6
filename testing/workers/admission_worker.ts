/** Worker entry: an isolate that takes and gives back as fast as it can, and looks for more than the limit in hands. */
/// <reference lib="deno.worker" />
import { type AdmissionCounters, SharedCount } from "../../gateway/http/admission_counters.ts";

declare const self: DedicatedWorkerGlobalScope;

/** What an isolate is to do. */
export interface AdmissionRace {
  readonly counters: AdmissionCounters;
  readonly isolate: number;
  readonly limit: number;
  readonly rounds: number;
  /** Shared, two integers: isolates that have started, and what all of them hold. */
  readonly board: Int32Array<SharedArrayBuffer>;
}

/** What an isolate saw. */
export interface AdmissionRaceReport {
  readonly taken: number;
  readonly refused: number;
  readonly mostHeld: number;
}

self.onmessage = ({ data: race }: MessageEvent<AdmissionRace>) => {
  self.postMessage(run(race));
  self.close();
};

function run({ counters, isolate, limit, rounds, board }: AdmissionRace): AdmissionRaceReport {
  const count = new SharedCount(counters, { quantity: "bytes", isolate, limit });
  let [taken, refused, mostHeld] = [0, 0, 0];
  // Isolates that start one after another would not race.
  let started = Atomics.add(board, 0, 1) + 1;
  Atomics.notify(board, 0);
  while (started < counters.isolates) {
    Atomics.wait(board, 0, started);
    started = Atomics.load(board, 0);
  }
  for (let round = 0; round < rounds; round++) {
    const amount = 1 + (round * 7919 + isolate * 104_729) % (limit - 1);
    if (!count.take(amount)) {
      refused++;
      continue;
    }
    taken++;
    mostHeld = Math.max(mostHeld, Atomics.add(board, 1, amount) + amount);
    Atomics.sub(board, 1, amount);
    count.give(amount);
  }
  return { taken, refused, mostHeld };
}
