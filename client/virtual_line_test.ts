/** The wan of bench/link in virtual time: what a client keeps in flight fills it, and leaves others their part. */
import assert from "node:assert/strict";
import { seededRandom } from "../testing/mosaic.ts";
import { AdaptiveConcurrency } from "./adaptive_concurrency.ts";

/** 30 Mbit/s. */
const BYTES_PER_MS = 3750;
/** 25 ms of the line, and 5 of the gateway. */
const ROUND_TRIP_MS = 30;

/** A client that always has more to send, and when its replies came. */
interface VirtualClient {
  readonly limit: AdaptiveConcurrency;
  readonly startMs: number;
  readonly repliedMs: number[];
  inFlight: number;
}

const client = (startMs: number): VirtualClient => ({
  limit: new AdaptiveConcurrency(),
  startMs,
  repliedMs: [],
  inFlight: 0,
});

/** Lets clients share the line, first in, first out, with photos of half to one and a half times `bytes`. */
function share(clients: readonly VirtualClient[], bytes: number, seed: number, endMs: number) {
  const random = seededRandom(seed);
  const events: { readonly atMs: number; readonly happen: (nowMs: number) => void }[] = [];
  const plan = (atMs: number, happen: (nowMs: number) => void) => {
    const later = events.findLastIndex((event) => event.atMs <= atMs) + 1;
    events.splice(later, 0, { atMs, happen });
  };
  let freeAtMs = 0;
  const send = (from: VirtualClient, nowMs: number) => {
    while (from.inFlight < from.limit.current) {
      from.inFlight++;
      freeAtMs = Math.max(freeAtMs, nowMs) + bytes * (0.5 + random()) / BYTES_PER_MS;
      plan(freeAtMs + ROUND_TRIP_MS, (replyMs) => {
        from.inFlight--;
        from.repliedMs.push(replyMs);
        from.limit.replied(replyMs - nowMs, replyMs);
        send(from, replyMs);
      });
    }
  };
  for (const from of clients) plan(from.startMs, (nowMs) => send(from, nowMs));
  for (let event = events.shift(); event !== undefined && event.atMs < endMs;) {
    event.happen(event.atMs);
    event = events.shift();
  }
}

/** Of what the line carries, the part that a client had between two moments. */
function part({ repliedMs }: VirtualClient, bytes: number, fromMs: number, endMs: number): number {
  const replies = repliedMs.filter((ms) => ms >= fromMs && ms < endMs).length;
  return replies * bytes / BYTES_PER_MS / (endMs - fromMs);
}

function average(of: (seed: number) => number): number {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  return seeds.reduce((sum, seed) => sum + of(seed), 0) / seeds.length;
}

for (const bytes of [2_000, 10_000, 100_000, 300_000]) {
  Deno.test(`AdaptiveConcurrency fills nine tenths of a line with photos of ${bytes} bytes within 10 s`, () => {
    const filled = average((seed) => {
      const alone = client(0);
      share([alone], bytes, seed, 30_000);
      return part(alone, bytes, 10_000, 30_000);
    });
    assert.ok(filled >= 0.9, `${filled}`);
  });

  Deno.test(`AdaptiveConcurrency leaves a second client its part of a line, photos having ${bytes} bytes`, () => {
    const fairness = average((seed) => {
      const [first, second] = [client(0), client(10_000)];
      share([first, second], bytes, seed, 40_000);
      const parts = [first, second].map((one) => part(one, bytes, 20_000, 40_000));
      return Math.min(...parts) / Math.max(...parts);
    });
    assert.ok(fairness >= 0.8, `${fairness}`);
  });
}
