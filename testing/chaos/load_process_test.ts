/** The load and the attacks as processes, against servers whose bad days are scripted. */
import assert from "node:assert/strict";
import { testLinux } from "../platform_tests.ts";
import { runAttackProcess, runLoadProcess } from "./load_process.ts";

const DIM = 512;
const SECONDS = 0.4;
const CLOSED = [{ kind: "closed", clients: 2, seconds: SECONDS }] as const;
const vector = new Float32Array(DIM).fill(0.5);

interface TestServer extends AsyncDisposable {
  readonly url: string;
}

function serve(answer: (request: number) => Response | Promise<Response>): TestServer {
  let requests = 0;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const number = requests++;
      await request.arrayBuffer();
      return await answer(number);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A folder with a photo whose embedding is known. */
async function photoFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  await Deno.writeFile(`${path}/a.jpg`, new Uint8Array(10_000));
  await Deno.writeFile(`${path}/a.f32`, new Uint8Array(vector.buffer));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

testLinux(
  "a load sends an open loop's requests when they are due, and compares the replies",
  async () => {
    await using folder = await photoFolder();
    await using server = serve((request) =>
      request % 4 === 0
        ? Response.json({ error: { code: "overloaded" } }, { status: 429 })
        : new Response(request % 4 === 1 ? new Float32Array(DIM).fill(-0.5) : vector)
    );
    const report = await runLoadProcess(server.url, {
      photos: folder.path,
      phases: [{ kind: "open", perSecond: 100, seconds: SECONDS }],
    });
    const [figures] = report.phases;
    assert.deepEqual(figures?.codes, { "200": 30, "429 overloaded": 10 });
    assert.deepEqual([report.wrong, report.near, figures?.due], [10, 0, 40]);
  },
);

testLinux(
  "a load counts what has no free connection as not sent, and what never comes as unanswered",
  async () => {
    await using folder = await photoFolder();
    const hang = Promise.withResolvers<void>();
    await using server = serve(() => hang.promise.then(() => new Response("late")));
    const report = await runLoadProcess(server.url, {
      photos: folder.path,
      phases: [{ kind: "open", perSecond: 100, seconds: SECONDS }],
      connectionsMax: 5,
      timeoutMs: 2000,
    });
    hang.resolve();
    assert.deepEqual(report.phases[0]?.codes, { "not sent": 35, unanswered: 5 });
  },
);

testLinux(
  "a load tells lost replies from connections that were never answered or never came about",
  async () => {
    await using folder = await photoFolder();
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const url = `http://127.0.0.1:${listener.addr.port}`;
    const loading = runLoadProcess(url, {
      photos: folder.path,
      phases: [{ kind: "closed", clients: 1, seconds: 2 }],
    });
    const buffer = new Uint8Array(65_536);
    const good = new TextEncoder().encode(
      `HTTP/1.1 200 OK\r\ncontent-length: ${vector.byteLength}\r\n\r\n`,
    );
    // One that is answered once and then lost, one that is never answered, and nobody listens any more.
    using first = await listener.accept();
    await first.read(buffer);
    await first.write(good);
    await first.write(new Uint8Array(vector.buffer));
    await first.read(buffer);
    first.close();
    using second = await listener.accept();
    await second.read(buffer);
    listener.close();
    second.close();
    const { phases: [figures] } = await loading;
    const { refused, ...codes } = figures?.codes ?? {};
    assert.deepEqual(codes, { "200": 1, lost: 1, unaccepted: 1 });
    assert.ok((refused ?? 0) > 0);
  },
);

testLinux(
  "a load opens another connection where a reply was the last, and loses nothing",
  async () => {
    await using folder = await photoFolder();
    await using server = serve(() => new Response(vector, { headers: { connection: "close" } }));
    const report = await runLoadProcess(server.url, { photos: folder.path, phases: CLOSED });
    const [figures] = report.phases;
    assert.deepEqual(Object.keys(figures?.codes ?? {}), ["200"]);
    assert.equal(report.connectionsOpened, figures?.good);
  },
);

testLinux(
  "attackers come from their own address, hold what they have and come again when closed",
  async () => {
    using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const url = `http://127.0.0.1:${listener.addr.port}`;
    const attack = runAttackProcess(url, {
      attack: "slow_head",
      connections: 3,
      seconds: 3,
      address: "127.0.0.2",
      cpus: undefined,
    });
    const held: Deno.TcpConn[] = [];
    for (let count = 0; count < 4; count++) {
      const connection = await listener.accept();
      assert.equal(connection.remoteAddr.hostname, "127.0.0.2");
      if (count === 0) connection.close();
      else held.push(connection);
    }
    const byte = new Uint8Array(1);
    for (const connection of held) await connection.read(byte);
    const { opened, closed } = await attack;
    for (const connection of held) connection.close();
    assert.deepEqual([opened, closed, byte[0]], [4, 1, "P".charCodeAt(0)]);
  },
);

testLinux("a load opens another connection behind so many replies", async () => {
  await using folder = await photoFolder();
  await using server = serve(() => new Response(vector));
  const report = await runLoadProcess(server.url, {
    photos: folder.path,
    phases: [{ kind: "closed", clients: 1, seconds: SECONDS }],
    repliesPerConnection: 10,
  });
  const [figures] = report.phases;
  assert.equal(report.connectionsOpened, Math.ceil((figures?.good ?? NaN) / 10));
  assert.equal(report.wrong, 0);
});
