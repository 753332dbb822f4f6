import assert from "node:assert/strict";
import type { AskedInput } from "../contract/embed_request.ts";
import { GatewayError, overloaded } from "../contract/errors.ts";
import { failedAt, rejectedBy } from "../../testing/thrown.ts";
import { until } from "../../testing/until.ts";
import { Deadline } from "../work/deadline.ts";
import { FetchPlaces } from "./fetch_places.ts";
import type { FetchBounds } from "./image_fetcher.ts";
import { RemoteImages } from "./remote_images.ts";

type Fetch = (url: string, bounds: FetchBounds) => Promise<Uint8Array<ArrayBuffer>>;

/** What comes of inputs, and what was told of them. */
async function fetchAll(inputs: readonly AskedInput[], fetch: Fetch, options: {
  readonly places?: number;
  readonly timeoutMs?: number;
  readonly requestMs?: number;
  readonly keepErrors?: boolean;
  readonly client?: AbortSignal;
} = {}) {
  const { places = 64, timeoutMs = 5000, requestMs = 5000, keepErrors = false, client } = options;
  using deadline = new Deadline({ timeoutMs: requestMs, ...client && { clientSignal: client } });
  const told: string[] = [];
  const images = new RemoteImages({
    fetcher: { fetch },
    bytesMax: 100,
    places: new FetchPlaces(places),
    timeoutMs,
  });
  const fetched = await images.fetchAll(inputs, {
    deadline,
    permit: {
      addBytes: (bytes) => told.push(`${bytes} bytes`),
      setSlow: () => told.push("slow"),
      bodyEnded: () => told.push("ended"),
    },
    keepErrors,
    stamp: (phase) => told.push(phase),
  });
  return { fetched, told };
}

const urls = (count: number) => Array.from({ length: count }, (_, index) => ({ url: `${index}` }));
const bad = () => new GatewayError("url_unreachable", "Cannot");
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

Deno.test("fetchAll() leaves alone what is no address, and fetches what is, in its place", async () => {
  const photo = Uint8Array.of(1);
  const error = bad();
  const plain = [photo, "a text", error];
  assert.deepEqual(await fetchAll(plain, () => Promise.reject(bad())), {
    fetched: plain,
    told: [],
  });
  const { fetched, told } = await fetchAll(
    [photo, { url: "7" }, "a text", { url: "8" }],
    (url, { addBytes }) => {
      addBytes(Number(url));
      return Promise.resolve(Uint8Array.of(Number(url)));
    },
  );
  assert.deepEqual(fetched, [photo, Uint8Array.of(7), "a text", Uint8Array.of(8)]);
  assert.deepEqual(told, ["slow", "7 bytes", "8 bytes", "ended", "fetch"]);
});

Deno.test("fetchAll() fetches four of a request side by side, and no more than there are places for", async () => {
  for (const [places, expected] of [[64, 4], [2, 2]] as const) {
    let running = 0;
    let most = 0;
    const fetch: Fetch = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve));
      running--;
      return Uint8Array.of(1);
    };
    const { fetched } = await fetchAll(urls(32), fetch, { places });
    assert.equal(fetched.length, 32);
    assert.equal(most, expected);
  }
});

Deno.test("fetchAll() keeps errors of images in their places, if it may", async () => {
  const error = bad();
  const { fetched } = await fetchAll(
    urls(3),
    (url) => url === "1" ? Promise.reject(error) : Promise.resolve(Uint8Array.of(1)),
    { keepErrors: true },
  );
  assert.deepEqual(fetched, [Uint8Array.of(1), error, Uint8Array.of(1)]);
});

Deno.test("fetchAll() ends the others when one fails, names it, and starts no more", async () => {
  const started: string[] = [];
  const ended: string[] = [];
  const error = await rejectedBy(fetchAll(urls(32), async (url, { signal }) => {
    started.push(url);
    if (url === "2") throw bad();
    return await untilAborted(signal).finally(() => ended.push(url));
  }));
  assert.deepEqual([error.code, failedAt(error)], ["url_unreachable", 2]);
  assert.deepEqual(started, ["0", "1", "2", "3"]);
  assert.deepEqual(ended, ["0", "1", "3"]);
});

Deno.test("fetchAll() fails the request for want of room, errors kept or not", async () => {
  for (const keepErrors of [true, false]) {
    const full = () => Promise.reject(overloaded("body bytes in flight", 1));
    const { code } = await rejectedBy(fetchAll(urls(2), full, { keepErrors }));
    assert.equal(code, "overloaded");
  }
});

Deno.test("fetchAll() gives one image so long, and says so", async () => {
  const { fetched } = await fetchAll(
    urls(1),
    (_, { signal }) => untilAborted(signal),
    { timeoutMs: 10, keepErrors: true },
  );
  const [error] = fetched;
  assert.ok(error instanceof GatewayError && error.code === "url_unreachable");
  assert.match(error.message, /within 10 ms$/);
});

Deno.test("fetchAll() ends with its request's deadline, and with its client", async () => {
  for (const keepErrors of [true, false]) {
    const slow: Fetch = (_, { signal }) => untilAborted(signal);
    const late = await rejectedBy(fetchAll(urls(9), slow, { requestMs: 10, keepErrors }));
    assert.equal(late.code, "deadline_exceeded");
    const client = new AbortController();
    let asked = 0;
    const left = rejectedBy(fetchAll(urls(9), (url, bounds) => {
      asked++;
      return slow(url, bounds);
    }, { client: client.signal, keepErrors }));
    await until("it fetches", () => asked === 4);
    client.abort();
    assert.equal((await left).code, "client_closed");
    assert.equal(asked, 4);
  }
});

Deno.test("fetchAll() of one request waits for a place no longer than its deadline", async () => {
  const stuck: Fetch = (_, { signal }) => untilAborted(signal);
  const { code } = await rejectedBy(fetchAll(urls(2), stuck, { places: 1, requestMs: 20 }));
  assert.equal(code, "deadline_exceeded");
});

Deno.test("fetchAll() takes no more bytes in sum than a request could have sent", async () => {
  const fetch: Fetch = (_, { addBytes }) => {
    addBytes(40);
    return Promise.resolve(new Uint8Array(40));
  };
  assert.equal((await rejectedBy(fetchAll(urls(3), fetch))).code, "body_too_large");
  const { fetched, told } = await fetchAll(urls(3), fetch, { keepErrors: true });
  assert.ok(fetched[2] instanceof GatewayError && fetched[2].code === "body_too_large");
  assert.deepEqual(told, ["slow", "40 bytes", "40 bytes", "40 bytes", "ended", "fetch"]);
});
