import assert from "node:assert/strict";
import { rejectedBy } from "../../testing/thrown.ts";
import { GatewayError } from "../contract/errors.ts";
import { Calls } from "./calls.ts";

const THEIRS = {
  double: (value: number) => value * 2,
  later: (value: string) => Promise.resolve(`${value}!`),
  refuse: () => {
    throw new GatewayError("overloaded", "Cannot", { cause: new Error("why") });
  },
  hang: () => new Promise<never>(() => {}),
};

/** Two sides of a channel; disposing closes it. */
function createPair(ours = {}) {
  const { port1, port2 } = new MessageChannel();
  const near = new Calls<typeof THEIRS>(port1, ours);
  const far = new Calls<{ greet: (name: string) => string }>(port2, THEIRS);
  return {
    near,
    far,
    [Symbol.dispose]: () => [port1, port2].forEach((port) => port.close()),
  };
}

Deno.test("Calls.call() gives what the other side returned, at once or later, each call its own", async () => {
  using pair = createPair();
  const calls = [
    pair.near.call("double", 4),
    pair.near.call("later", "yes"),
    pair.near.call("double", 5),
  ];
  assert.deepEqual(await Promise.all(calls), [8, "yes!", 10]);
});

Deno.test("Calls.call() works in both directions", async () => {
  using pair = createPair({ greet: (name: string) => `hello ${name}` });
  assert.equal(await pair.far.call("greet", "near"), "hello near");
});

Deno.test("Calls.call() throws what the other side threw, with its cause as text", async () => {
  using pair = createPair();
  const error = await rejectedBy(pair.near.call("refuse"));
  assert.deepEqual([error.code, error.message], ["overloaded", "Cannot"]);
  assert.match(String(error.cause), /^why/);
  const unknown = await rejectedBy(pair.far.call("greet", "x"));
  assert.match(String(unknown.cause), /Cannot find method greet/);
});

Deno.test("Calls.end() ends what waits and what comes", async () => {
  using pair = createPair();
  const waiting = rejectedBy(pair.near.call("hang"));
  pair.near.end("it died");
  for (const error of [await waiting, await rejectedBy(pair.near.call("double", 1))]) {
    assert.deepEqual([error.code, error.cause], ["internal", "it died"]);
  }
});
