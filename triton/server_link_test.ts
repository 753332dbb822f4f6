import assert from "node:assert/strict";
import { stopTime } from "../testing/fake_clock.ts";
import { type LinkChange, ServerLink } from "./server_link.ts";

/** A server whose attempts to connect the test answers one by one. */
class ScriptedServer {
  readonly changes: LinkChange<string>[] = [];
  #answers: (string | Error)[] = [];
  attempts = 0;

  answer(...answers: (string | Error)[]): void {
    this.#answers.push(...answers);
  }

  link(): ServerLink<string> {
    return new ServerLink({
      connect: () => {
        this.attempts++;
        const answer = this.#answers.shift() ?? new Error("no answer left");
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      retryMs: 200,
      onChange: (change) => this.changes.push(change),
    });
  }
}

Deno.test("ServerLink.open() connects at once when the server is there", async () => {
  const server = new ScriptedServer();
  server.answer("first");
  await using link = server.link();
  await link.open();
  assert.equal(link.connection, "first");
  assert.deepEqual(server.changes, [{ isUp: true, connection: "first" }]);
});

Deno.test("ServerLink.open() returns while the server is away, and goes on trying", async () => {
  using clock = stopTime();
  const server = new ScriptedServer();
  server.answer(new Error("refused"), new Error("refused"), "late");
  await using link = server.link();
  await link.open();
  assert.equal(link.connection, undefined);
  assert.equal(link.reason, "refused");
  await clock.tick(400);
  assert.equal(link.connection, "late");
  assert.equal(server.attempts, 3);
  assert.deepEqual(server.changes.map(({ isUp }) => isUp), [false, true]);
});

Deno.test("ServerLink.lose() takes the connection out of use and looks for a new one", async () => {
  using clock = stopTime();
  const server = new ScriptedServer();
  server.answer("first", "second");
  await using link = server.link();
  await link.open();
  link.lose("first", new Error("reset"));
  link.lose("first", new Error("reset again"));
  assert.equal(link.connection, undefined);
  await clock.tick(200);
  assert.equal(link.connection, "second");
  link.lose("first", new Error("old news"));
  assert.equal(link.connection, "second");
});

for (const outcome of ["reached", "not reached"]) {
  Deno.test(`ServerLink that was disposed tells nobody of a server that is ${outcome} afterwards`, async () => {
    const changes: LinkChange<string>[] = [];
    const answer = Promise.withResolvers<string>();
    const link = new ServerLink({
      connect: () => answer.promise,
      retryMs: 200,
      onChange: (change) => changes.push(change),
    });
    const opened = link.open();
    const disposed = link[Symbol.asyncDispose]();
    if (outcome === "reached") answer.resolve("late");
    else answer.reject(new Error("refused"));
    await Promise.all([opened, disposed]);
    assert.deepEqual([changes, link.connection], [[], undefined]);
    assert.equal(link.reason, "not connected yet");
  });
}

Deno.test("ServerLink stops trying when it is disposed", async () => {
  const server = new ScriptedServer();
  {
    await using link = server.link();
    await link.open();
  }
  assert.equal(server.attempts, 1);
});
