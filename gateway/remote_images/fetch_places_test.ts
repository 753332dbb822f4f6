import assert from "node:assert/strict";
import { FetchPlaces } from "./fetch_places.ts";

const NEVER = new AbortController().signal;
const turn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("take() has those wait who find no place, in order", async () => {
  const places = new FetchPlaces(1);
  const order: string[] = [];
  const first = await places.take(NEVER);
  const waiting = ["second", "third"].map(async (name) => {
    using _ = await places.take(NEVER);
    order.push(name);
  });
  await turn();
  assert.deepEqual(order, []);
  first[Symbol.dispose]();
  await Promise.all(waiting);
  assert.deepEqual(order, ["second", "third"]);
  using _ = await places.take(NEVER);
});

Deno.test("take() lets go of who no longer wants a place", async () => {
  const places = new FetchPlaces(1);
  const first = await places.take(NEVER);
  const stop = new AbortController();
  const reason = new Error("left");
  const leaving = assert.rejects(places.take(stop.signal), reason);
  const staying = places.take(NEVER);
  stop.abort(reason);
  await leaving;
  await assert.rejects(places.take(stop.signal), reason);
  first[Symbol.dispose]();
  using _ = await staying;
});

Deno.test("take() loses nobody when one leaves in the moment of its turn", async () => {
  const places = new FetchPlaces(1);
  const first = await places.take(NEVER);
  const stop = new AbortController();
  const leaving = places.take(stop.signal);
  const staying = places.take(NEVER);
  first[Symbol.dispose]();
  stop.abort();
  (await leaving)[Symbol.dispose]();
  using _ = await staying;
});
