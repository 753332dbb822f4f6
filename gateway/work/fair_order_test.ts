import assert from "node:assert/strict";
import { FairOrder } from "./fair_order.ts";

/** An order of jobs that are named by their client, each of a second. */
function createOrder() {
  const order = new FairOrder<string>();
  const add = (client: string) => order.add(client, client, 1000);
  const serve = () => {
    for (const line of order.inOrder()) {
      order.serve(line, line.client, 1000);
      return line.client;
    }
    return undefined;
  };
  return { order, add, serve };
}

Deno.test("FairOrder.serve() puts a client behind all who had less", () => {
  const { add, serve } = createOrder();
  ["a", "a", "a", "b", "b", "c"].forEach(add);
  assert.deepEqual(Array.from({ length: 7 }, serve), ["a", "b", "c", "a", "b", "a", undefined]);
});

Deno.test("FairOrder remembers what a client had that has no job any more", () => {
  const { add, serve } = createOrder();
  add("a");
  serve();
  ["a", "b"].forEach(add);
  assert.deepEqual([serve(), serve()], ["b", "a"]);
});

Deno.test("FairOrder remembers no more such clients than it has room for, those who came last", () => {
  const { add, serve } = createOrder();
  for (let client = 0; client < 300; client++) {
    add(`client_${client}`);
    serve();
  }
  ["client_0", "new", "client_299"].forEach(add);
  assert.deepEqual([serve(), serve(), serve()], ["client_0", "new", "client_299"]);
});

Deno.test("FairOrder.backlog() tells what a client waits for, and among how many", () => {
  const { order, add, serve } = createOrder();
  ["a", "a", "b"].forEach(add);
  assert.deepEqual(order.backlog("a"), { waitingMs: 2000, clients: 2 });
  assert.deepEqual(order.backlog("new"), { waitingMs: 0, clients: 3 });
  serve();
  serve();
  assert.deepEqual(order.backlog("a"), { waitingMs: 1000, clients: 1 });
  assert.equal(order.length, 1);
});

Deno.test("FairOrder.clear() takes all out, and forgets what they had", () => {
  const { order, add, serve } = createOrder();
  ["a", "a"].forEach(add);
  serve();
  assert.deepEqual([order.clear(), order.length], [["a"], 0]);
  ["a", "b"].forEach(add);
  assert.deepEqual([serve(), serve()], ["a", "b"]);
});
