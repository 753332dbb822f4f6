import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { isServed, RawClient } from "../../testing/raw_client.ts";
import { Listener, type ListenerOptions } from "./listener.ts";

const GET = "GET / HTTP/1.1\r\nhost: gateway\r\n\r\n";

function listen(options: Partial<ListenerOptions> = {}): Listener {
  return new Listener({
    host: "127.0.0.1",
    port: 0,
    fetch: () => new Response("hello"),
    onFailure: (cause) => {
      throw cause;
    },
    ...options,
  });
}

/** A handler that tells of each request. */
function toldHandler() {
  let told = Promise.withResolvers<void>();
  const fetch = () => (told.resolve(), new Response("hello"));
  const arrival = async () => {
    await told.promise;
    told = Promise.withResolvers();
  };
  return { fetch, arrival };
}

/** A handler that answers when it is told to. */
function heldHandler() {
  const entered = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const fetch = () => (entered.resolve(), answer.promise);
  return { fetch, entered: entered.promise, answer: () => answer.resolve(new Response("late")) };
}

Deno.test("Listener serves on a free port of its own", async () => {
  const [one, other] = [listen(), listen()];
  assert.notEqual(one.url, other.url);
  for (const listener of [one, other]) {
    assert.match(listener.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await (await fetch(listener.url)).text(), "hello");
    assert.equal(await listener.close(1000), true);
  }
});

Deno.test("Listener throws when the port is taken", async () => {
  const listener = listen();
  const port = Number(new URL(listener.url).port);
  assert.throws(() => listen({ port }), { name: "ListenError" });
  await listener.close(1000);
});

Deno.test("Listener.close() answers what is in flight and takes nothing new", async () => {
  const { fetch, entered, answer } = heldHandler();
  const listener = listen({ fetch });
  using busy = await RawClient.connect(listener.url);
  using idle = await RawClient.connect(listener.url);
  await busy.send(GET);
  await entered;
  const closed = listener.close(5000);
  assert.equal(await isServed(listener.url), false);
  assert.equal(await idle.ended(), true);
  answer();
  const reply = await busy.reply();
  assert.equal(reply.status, 200);
  assert.equal(reply.body, "late");
  assert.equal(await busy.ended(), true);
  assert.equal(await closed, true);
});

Deno.test("Listener.close() closes kept connections at once", async () => {
  const listener = listen();
  using client = await RawClient.connect(listener.url);
  await client.send(GET);
  assert.equal((await client.reply()).status, 200);
  assert.equal(await listener.close(5000), true);
  assert.equal(await client.ended(), true);
});

Deno.test("Listener.drain() serves on, and ends each connection by its next reply", async () => {
  const listener = listen();
  using client = await RawClient.connect(listener.url);
  await client.send(GET);
  assert.equal((await client.reply()).headers.get("connection"), null);
  listener.drain();
  for (const connection of [client, await RawClient.connect(listener.url)]) {
    using draining = connection;
    await draining.send(GET);
    const { status, headers } = await draining.reply();
    assert.deepEqual([status, headers.get("connection")], [200, "close"]);
    assert.equal(await draining.ended(), true);
  }
  assert.equal(await listener.close(5000), true);
});

Deno.test("Listener.hold() keeps replies until no request came for a tenth of a second and the socket is closed", async () => {
  const { fetch, arrival } = toldHandler();
  const listener = listen({ fetch });
  using first = await RawClient.connect(listener.url);
  using second = await RawClient.connect(listener.url);
  {
    using clock = stopTime();
    const held = listener.hold(5000);
    let isHeld: boolean | undefined;
    held.then((isQuiet) => isHeld = isQuiet);
    await clock.tick(90);
    await first.send(GET);
    await arrival();
    await clock.tick(90);
    await second.send(GET);
    await arrival();
    await clock.tick(100);
    assert.equal(isHeld, undefined);
    await clock.tick(10);
    assert.equal(isHeld, true);
    const closed = listener.close(5000);
    await clock.tick(0);
    assert.equal(await closed, true);
  }
  for (const client of [first, second]) {
    const { status, headers } = await client.reply();
    assert.deepEqual([status, headers.get("connection")], [200, "close"]);
    assert.equal(await client.ended(), true);
  }
});

Deno.test("Listener.hold() gives up by the next request after a second in which they came all the time", async () => {
  const { fetch, arrival } = toldHandler();
  const listener = listen({ fetch });
  using stack = new DisposableStack();
  {
    using clock = stopTime();
    let isQuiet: boolean | undefined;
    listener.hold(5000).then((answer) => isQuiet = answer);
    for (let time = 0; time <= 1000; time += 50) {
      const client = stack.use(await RawClient.connect(listener.url));
      await client.send(GET);
      await arrival();
      assert.equal(isQuiet, undefined);
      await clock.tick(50);
    }
    assert.equal(isQuiet, false);
  }
  assert.equal(await listener.close(5000), true);
});

Deno.test("Listener.hold() takes no second in which this thread was held for one in which requests came", async () => {
  const listener = listen();
  {
    using clock = stopTime();
    let isQuiet: boolean | undefined;
    listener.hold(5000).then((answer) => isQuiet = answer);
    await clock.tick(50);
    clock.hold(1000);
    await clock.tick(60);
    assert.equal(isQuiet, true);
  }
  assert.equal(await listener.close(5000), true);
});

Deno.test("Listener.hold() takes no longer than it may, though no request comes", async () => {
  const listener = listen();
  {
    using clock = stopTime();
    let isQuiet: boolean | undefined;
    listener.hold(50).then((answer) => isQuiet = answer);
    await clock.tick(50);
    assert.equal(isQuiet, false);
  }
  assert.equal(await listener.close(5000), true);
});

Deno.test("Listener.close() gives up on a client that never ends its body", async () => {
  const entered = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const listener = listen({
    fetch: async (request) => {
      entered.resolve();
      await request.text().catch(left.resolve);
      return new Response();
    },
  });
  const client = await RawClient.connect(listener.url);
  await client.send("POST / HTTP/1.1\r\nhost: gateway\r\ncontent-length: 9\r\n\r\nabc");
  await entered.promise;
  {
    using clock = stopTime();
    const closed = listener.close(15_000);
    await clock.tick(14_999);
    assert.equal(clock.timers, 1);
    await clock.tick(1);
    assert.equal(await closed, false);
  }
  client.close();
  await left.promise;
  assert.equal(await listener.close(5000), true);
});

/** What the fake says it listens on. */
const NOBODYS_PORT = 4711;

/** What `Deno.serve` gives, with an end that tests bring about. */
function fakeServe() {
  const servers: { fail: (cause: unknown) => void; port: number }[] = [];
  const real = Deno.serve;
  let isPortTaken = false;
  const fake = (options: { port: number }) => {
    if (isPortTaken) throw new Deno.errors.AddrInUse("taken");
    const finished = Promise.withResolvers<void>();
    servers.push({ fail: finished.reject, port: options.port });
    return {
      addr: { hostname: "127.0.0.1", port: NOBODYS_PORT, transport: "tcp" },
      finished: finished.promise,
      shutdown: () => (finished.resolve(), Promise.resolve()),
    };
  };
  const replace = (value: unknown) =>
    Object.defineProperty(Deno, "serve", { value, configurable: true });
  replace(fake);
  return {
    servers,
    takePort: (isTaken: boolean) => isPortTaken = isTaken,
    [Symbol.dispose]: () => void replace(real),
  };
}

Deno.test("Listener opens again, on the same port, when accepting fails", async () => {
  using serve = fakeServe();
  using clock = stopTime();
  const failures: unknown[] = [];
  const listener = listen({ onFailure: (cause) => failures.push(cause) });
  assert.deepEqual(serve.servers.map(({ port }) => port), [0]);
  serve.servers[0]?.fail("Too many open files");
  await clock.tick(199);
  assert.deepEqual(failures, ["Too many open files"]);
  assert.equal(serve.servers.length, 1);
  serve.takePort(true);
  await clock.tick(1);
  assert.equal(failures.length, 2);
  serve.takePort(false);
  await clock.tick(200);
  assert.deepEqual(serve.servers.map(({ port }) => port), [0, 4711]);
  assert.equal(listener.url, "http://127.0.0.1:4711");
  const closed = listener.close(1000);
  await clock.tick(0);
  assert.equal(await closed, true);
  assert.equal(clock.timers, 0);
});

Deno.test("Listener stays closed when accepting fails while it closes", async () => {
  using serve = fakeServe();
  using clock = stopTime();
  const listener = listen();
  serve.servers[0]?.fail("Too many open files");
  const closed = listener.close(1000);
  await clock.tick(0);
  await closed;
  await clock.tick(1000);
  assert.equal(serve.servers.length, 1);
});

Deno.test("Listener writes IPv6 addresses in brackets", async () => {
  using _serve = fakeServe();
  const listener = listen({ host: "::1" });
  assert.equal(listener.url, "http://[::1]:4711");
  await listener.close(1000);
});
