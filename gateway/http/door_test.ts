import assert from "node:assert/strict";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { stopTime } from "../../testing/fake_clock.ts";
import { photoVectors } from "../../testing/dialects/photo_vectors.ts";
import { ApiKeys } from "./api_keys.ts";
import { ClientNames } from "./client_name.ts";
import type { Dialects } from "./dialects/dialect_table.ts";
import { DIALECTS } from "./dialects/registry.ts";
import { Door } from "./door.ts";

const address: Deno.NetAddr = { transport: "tcp", hostname: "10.0.0.7", port: 0 };
const CALLER = { remoteAddr: address };

/** A door, full or not, and what came in. */
function createDoor(
  isFull: boolean,
  dialects: Dialects = DIALECTS,
  { status = 200, keys = [] }: { readonly status?: number; readonly keys?: string[] } = {},
) {
  const telemetry = new RecordingTelemetry();
  const served: string[] = [];
  const asked: (string | undefined)[] = [];
  const door = new Door({
    admission: { isFullFor: (client) => (asked.push(client), isFull), limit: 64 },
    dialects,
    clients: new ClientNames({ addressHeader: "", apiKeys: new ApiKeys(keys) }),
    telemetry,
    serve: (request, client) => {
      served.push(`${new URL(request.url).pathname} for ${client}`);
      return new Response("served", { status });
    },
  });
  const ask = async (path: string, init: RequestInit = { method: "POST", body: "photo" }) =>
    await door.fetch(new Request(`http://gateway:8080${path}`, init), CALLER);
  return { door, ask, asked, served, telemetry };
}

Deno.test("Door.fetch() passes on everything while there is room, with the client's name", async () => {
  const { door, ask, served } = createDoor(false);
  using _ = door;
  assert.equal(await (await ask("/embed")).text(), "served");
  assert.deepEqual(served, ["/embed for 10.0.0.7"]);
});

for (const path of ["/embed", "/embed?orient=exif", "/embed/base64"]) {
  Deno.test(`Door.fetch() refuses POST ${path} of a full gateway, and counts it`, async () => {
    const { door, ask, served, telemetry } = createDoor(true);
    using _ = door;
    const headers = { "x-request-id": "mine", "content-length": "5" };
    const response = await ask(path, { method: "POST", body: "photo", headers });
    assert.equal(response.status, 429);
    assert.equal(response.headers.get("x-request-id"), "mine");
    assert.match(response.headers.get("retry-after") ?? "", /^[123]$/);
    assert.match(response.headers.get("retry-after-ms") ?? "", /^[123]000$/);
    assert.equal(response.headers.get("connection"), null);
    assert.match(await response.text(), /requests in work must be ≤ 64/);
    assert.deepEqual(served, []);
    assert.deepEqual(telemetry.lines, ["refused overloaded"]);
  });
}

Deno.test("Door.fetch() words a refusal in the dialect of its path", async () => {
  const { door, ask } = createDoor(true, [...DIALECTS, photoVectors]);
  using _ = door;
  const { error } = await (await ask("/embed")).json();
  assert.equal(error.code, "overloaded");
  assert.equal((await (await ask(photoVectors.paths[0])).json()).reason, "overloaded");
});

for (
  const [what, path, init] of [
    ["probes", "/livez", {}],
    ["metrics", "/metrics", {}],
    ["paths that are nobody's", "/nowhere", { method: "POST" }],
    ["a wrong method", "/embed", { method: "PUT" }],
  ] as const
) {
  Deno.test(`Door.fetch() passes on ${what}, full or not`, async () => {
    const { door, ask, served } = createDoor(true);
    using _ = door;
    assert.equal((await ask(path, init)).status, 200);
    assert.equal(served.length, 1);
  });
}

Deno.test("Door.fetch() closes a connection whose body does not come to its end", async () => {
  using clock = stopTime();
  const { door, ask } = createDoor(true);
  using _ = door;
  const body = new ReadableStream({ pull: () => new Promise(() => {}) });
  const reply = ask("/embed", { method: "POST", body });
  await clock.tick(500);
  assert.equal((await reply).headers.get("connection"), "close");
});

Deno.test("Door.fetch() judges a client by its key in the dialect of its path, and whoever has none as nobody", async () => {
  const key = "first-key-0123456789";
  const { door, ask, asked, served } = createDoor(false, [...DIALECTS, photoVectors], {
    keys: [key],
  });
  using _ = door;
  const post = (path: string, headers: Record<string, string>) =>
    ask(path, { method: "POST", body: "photo", headers });
  await post("/embed", { authorization: `Bearer ${key}` });
  await post("/embed", { "x-api-key": key });
  await post(photoVectors.paths[0], { "x-api-key": key });
  await post("/embed", { authorization: "Bearer guessed-key-0123456" });
  assert.deepEqual(asked, ["key 0", undefined, "key 0", undefined]);
  assert.deepEqual(served, [
    "/embed for key 0",
    "/embed for ",
    `${photoVectors.paths[0]} for key 0`,
    "/embed for ",
  ]);
});

for (const status of [429, 401]) {
  Deno.test(`Door.fetch() lets refusals that are made inside out no faster than its own: ${status}`, async () => {
    using clock = stopTime();
    const { door, ask } = createDoor(false, DIALECTS, { status });
    using _ = door;
    let out = 0;
    for (let request = 0; request < 150; request++) void ask("/embed").then(() => out++);
    await clock.tick(0);
    assert.equal(out, 100);
    await clock.tick(400);
    assert.equal(out, 150);
  });
}

Deno.test("Door.fetch() tells those whose bodies were late no faster than they may begin anew", async () => {
  using clock = stopTime();
  const { door, ask } = createDoor(false, DIALECTS, { status: 408 });
  using _ = door;
  let out = 0;
  for (let request = 0; request < 50; request++) void ask("/embed").then(() => out++);
  await clock.tick(0);
  assert.equal(out, 25);
  await clock.tick(1000);
  assert.equal(out, 40);
  await clock.tick(700);
  assert.equal(out, 50);
});

Deno.test("Door.fetch() serves a probe beside a flood of others at its next turn", async () => {
  using clock = stopTime();
  const { door, ask, served } = createDoor(true);
  using _ = door;
  for (let request = 0; request < 1000; request++) void ask("/metrics", {});
  await clock.tick(0);
  assert.equal(served.length, 200);
  await clock.tick(500);
  let isAnswered = false;
  void ask("/livez", {}).then(() => isAnswered = true);
  await clock.tick(10);
  assert.ok(isAnswered);
  assert.ok(served.length < 460, `${served.length}`);
});

Deno.test("Door[Symbol.dispose]() lets out whom it holds", async () => {
  using _ = stopTime();
  const { door, ask } = createDoor(true);
  const replies = Array.from({ length: 150 }, () => ask("/embed"));
  door[Symbol.dispose]();
  const statuses = (await Promise.all(replies)).map(({ status }) => status);
  assert.deepEqual([...new Set(statuses)], [429]);
});
