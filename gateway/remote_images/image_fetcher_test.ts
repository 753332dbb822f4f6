/** Fetching, from a real host by TLS on loopback: what it may say, what it may not, and that nothing of it stays. */
import assert from "node:assert/strict";
import {
  type Answer,
  type ImageHost,
  reply,
  startImageHost,
} from "../../testing/remote/image_host.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import { until } from "../../testing/until.ts";
import { overloaded } from "../contract/errors.ts";
import { AllowedHosts } from "./allowed_hosts.ts";
import { ImageFetcher, type Network } from "./image_fetcher.ts";

const BYTES_MAX = 400_000;
const NEVER = new AbortController().signal;
const PHOTO = crypto.getRandomValues(new Uint8Array(20_000));

function fetcherOf(host: ImageHost, network: Partial<Network> = {}): ImageFetcher {
  const names = ["photos.example", "a.photos.example", "other.example"];
  return new ImageFetcher({
    hosts: new AllowedHosts(names.map((name) => `${name}:${host.port}`)),
    network: { ...host.network, ...network },
    bytesMax: BYTES_MAX,
  });
}

/** What comes of `https://photos.example/a?b` on a host that answers so. */
async function fetchFrom(answer: Answer, network?: Partial<Network>): Promise<Uint8Array> {
  await using host = await startImageHost(answer);
  const url = `https://photos.example:${host.port}/a?b`;
  return await fetcherOf(host, network).fetch(url, { signal: NEVER, addBytes: () => {} });
}

async function refusal(answer: Answer, network?: Partial<Network>): Promise<string> {
  const { code, message } = await rejectedBy(fetchFrom(answer, network));
  return `${code}: ${message}`;
}

const send = (...parts: readonly (string | Uint8Array)[]): Answer => (_, connection) =>
  connection.send(...parts);

Deno.test("fetch() gives the bytes of an image, and says who asks and that nothing be packed", async () => {
  await using host = await startImageHost(send(...reply("200 OK", PHOTO)));
  let counted = 0;
  const bytes = await fetcherOf(host).fetch(`https://Photos.Example.:${host.port}/a%20b?c=1#d`, {
    signal: NEVER,
    addBytes: (count) => counted += count,
  });
  assert.deepEqual(bytes, PHOTO);
  assert.equal(counted, PHOTO.length);
  const [line, ...headers] = host.heads[0]?.trimEnd().split("\r\n") ?? [];
  assert.equal(line, "GET /a%20b?c=1 HTTP/1.1");
  assert.deepEqual(headers.map((header) => header.toLowerCase()).sort(), [
    "accept-encoding: identity",
    "accept: */*",
    "connection: close",
    `host: photos.example:${host.port}`,
    "user-agent: triton-edge-gateway/0.1.0",
  ]);
});

Deno.test("fetch() reads bodies in chunks, and those that end with their connection", async () => {
  const head = "HTTP/1.1 200 OK\r\n";
  const chunked = await fetchFrom(
    send(`${head}transfer-encoding: chunked\r\n\r\n`, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
  );
  assert.equal(new TextDecoder().decode(chunked), "abcde");
  const old = await fetchFrom(send(`${head}content-encoding: identity\r\n\r\nabc`));
  assert.equal(new TextDecoder().decode(old), "abc");
  const long = await fetchFrom(send(`${head}\r\n`, new Uint8Array(BYTES_MAX)));
  assert.equal(long.length, BYTES_MAX);
});

Deno.test("fetch() connects to the address that was judged, though the name has another a moment later", async () => {
  await using host = await startImageHost(send(...reply("200 OK", PHOTO)));
  await using other = await startImageHost(send(...reply("200 OK", "not this one")));
  const asked: string[] = [];
  const network: Partial<Network> = {
    resolve: (name) => {
      asked.push(name);
      return Promise.resolve([asked.length === 1 ? "127.0.0.1" : "127.0.0.2"]);
    },
  };
  const fetcher = fetcherOf(host, network);
  const bounds = { signal: NEVER, addBytes: () => {} };
  const url = `https://photos.example:${host.port}/`;
  assert.deepEqual(await fetcher.fetch(url, bounds), PHOTO);
  assert.deepEqual(asked, ["photos.example"]);
  const { code } = await rejectedBy(fetcher.fetch(url, bounds));
  assert.equal(code, "url_not_allowed");
  assert.equal(other.heads.length, 0);
});

Deno.test("fetch() refuses names that lead inside, or nowhere, in the same words", async () => {
  for (
    const addresses of [[], ["10.0.0.1"], ["::1"], ["127.0.0.1", "10.0.0.1"], [
      "10.0.0.1",
      "127.0.0.1",
    ]]
  ) {
    assert.equal(
      await refusal(send(...reply("200 OK")), { resolve: () => Promise.resolve(addresses) }),
      "url_not_allowed: Cannot fetch image from its address: its host must have public addresses alone",
    );
  }
});

Deno.test("fetch() says of a silent name server that the name is unknown", async () => {
  const resolve = () => Promise.reject(new Error("timed out"));
  assert.match(await refusal(send(), { resolve }), /^url_unreachable: .*name must be known/);
});

Deno.test("fetch() wants a certificate for the name, of an authority that it knows", async () => {
  const expected = /^url_unreachable: .*its host must answer with a certificate for its name/;
  assert.match(await refusal(send(...reply("200 OK")), { roots: [] }), expected);
  await using host = await startImageHost(send(...reply("200 OK")));
  const url = `https://other.example:${host.port}/`;
  const { code } = await rejectedBy(
    fetcherOf(host).fetch(url, { signal: NEVER, addBytes: () => {} }),
  );
  assert.equal(code, "url_unreachable");
  assert.equal(host.heads.length, 0);
});

Deno.test("fetch() follows three redirects, each to where it leads", async () => {
  await using host = await startImageHost(async (path, connection) => {
    const to = { "/1": "/2", "/2": `https://a.photos.example:${host.port}/3?x`, "/3?x": "4" }[path];
    await connection.send(
      ...to === undefined ? reply("200 OK", PHOTO) : reply("302 Found", "", [`location: ${to}`]),
    );
  });
  const url = `https://photos.example:${host.port}/1`;
  const bounds = { signal: NEVER, addBytes: () => {} };
  assert.deepEqual(await fetcherOf(host).fetch(url, bounds), PHOTO);
  assert.deepEqual(host.heads.map((head) => head.split(" ")[1]), ["/1", "/2", "/3?x", "/4"]);
  assert.match(host.heads[3] ?? "", /^host: a\.photos\.example:/mi);
});

for (
  const [location, expected] of [
    ["http://photos.example/", /^url_not_allowed: .*must be https/],
    ["//elsewhere.example/", /^url_not_allowed: .*GATEWAY_URL_INPUT_HOSTS/],
    ["https://photos.example:1/", /^url_not_allowed: .*GATEWAY_URL_INPUT_HOSTS/],
    ["https://127.0.0.1/", /^url_not_allowed: .*must be a name/],
    ["https://[::1]/", /^url_not_allowed: .*must be a name/],
    ["https://me@photos.example/", /^url_not_allowed: .*no user/],
    ["file:///etc/passwd", /^url_not_allowed: .*must be https/],
    ["/again", /^url_unreachable: .*redirects must be ≤ 3/],
  ] as const
) {
  Deno.test(`fetch() judges a redirect to ${location}`, async () => {
    assert.match(
      await refusal(send(...reply("301 Moved", "", [`location: ${location}`]))),
      expected,
    );
  });
}

Deno.test("fetch() judges the address of a redirect's name anew", async () => {
  await using host = await startImageHost(async (_, connection) => {
    const to = `https://a.photos.example:${host.port}/`;
    await connection.send(...reply("307 Moved", "", [`location: ${to}`]));
  });
  const resolve = (name: string) =>
    Promise.resolve([name === "photos.example" ? "127.0.0.1" : "169.254.169.254"]);
  const { code } = await rejectedBy(
    fetcherOf(host, { resolve }).fetch(`https://photos.example:${host.port}/`, {
      signal: NEVER,
      addBytes: () => {},
    }),
  );
  assert.equal(code, "url_not_allowed");
  assert.equal(host.heads.length, 1);
});

const OK = "HTTP/1.1 200 OK\r\n";
const ENDLESS: Answer = async (_, connection) => {
  await connection.send(`${OK}\r\n`);
  while (true) await connection.send(PHOTO);
};

for (
  const [what, answer, expected] of [
    [
      "another status",
      send(...reply("404 Not Found", "no")),
      /^url_unreachable: .*200: current value is 404$/,
    ],
    ["a part of it", send(...reply("206 Partial Content", PHOTO)), /^url_unreachable: .*is 206$/],
    ["a redirect to nowhere", send(...reply("302 Found")), /^url_unreachable: .*is 302$/],
    [
      "no HTTP",
      send("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
      /^url_unreachable: .*must answer, and to the end$/,
    ],
    ["nothing", send(), /^url_unreachable: .*must answer, and to the end$/],
    [
      "half a head",
      send("HTTP/1.1 200 OK\r\ncontent-le"),
      /^url_unreachable: .*must answer, and to the end$/,
    ],
    [
      "a head without end",
      send(OK, `x: ${"y".repeat(70_000)}\r\n\r\n`),
      /^url_unreachable: .*must answer, and to the end$/,
    ],
    [
      "less than it says",
      send(`${OK}content-length: 9\r\n\r\nabc`),
      /^url_unreachable: .*must answer, and to the end$/,
    ],
    [
      "half a chunk",
      send(`${OK}transfer-encoding: chunked\r\n\r\n9\r\nabc`),
      /^url_unreachable: .*must answer, and to the end$/,
    ],
    [
      "two lengths",
      send(`${OK}content-length: 3\r\ncontent-length: 4\r\n\r\nabc`),
      /^url_unreachable: /,
    ],
    [
      "4 GiB by its length",
      send(`${OK}content-length: 4294967296\r\n\r\n`),
      /^body_too_large: .*400000: current value is 4294967296$/,
    ],
    [
      "a byte too much",
      send(...reply("200 OK", new Uint8Array(BYTES_MAX + 1))),
      /^body_too_large: .*400000: current value is 400001$/,
    ],
    ["no end", ENDLESS, /^body_too_large: .*≤ 400000$/],
    [
      "something packed",
      send(...reply("200 OK", PHOTO, ["content-encoding: gzip"])),
      /^url_unreachable: .*without a content encoding$/,
    ],
    [
      "something packed twice",
      send(...reply("200 OK", PHOTO, ["content-encoding: identity, br"])),
      /^url_unreachable: .*without a content encoding$/,
    ],
  ] as const
) {
  Deno.test(`fetch() refuses a host that sends ${what}`, async () => {
    assert.match(await refusal(answer), expected);
  });
}

Deno.test("fetch() takes what has exactly as many bytes as it may", async () => {
  assert.equal(
    (await fetchFrom(send(...reply("200 OK", new Uint8Array(BYTES_MAX))))).length,
    BYTES_MAX,
  );
});

Deno.test("fetch() passes on what has no room for the bytes", async () => {
  await using host = await startImageHost(ENDLESS);
  const full = overloaded("body bytes in flight", 1);
  const fetching = fetcherOf(host).fetch(`https://photos.example:${host.port}/`, {
    signal: NEVER,
    addBytes: () => {
      throw full;
    },
  });
  assert.equal(await rejectedBy(fetching), full);
});

for (
  const [where, answer] of [
    ["the head", (_, connection) => connection.closed()],
    ["the rest of the head", async (_, connection) => {
      await connection.send("HTTP/1.1 200 OK\r\n");
      await connection.closed();
    }],
    ["the body", async (_, connection) => {
      await connection.send(`${OK}content-length: 9\r\n\r\na`);
      await connection.closed();
    }],
  ] as const satisfies readonly (readonly [string, Answer])[]
) {
  Deno.test(`fetch() ends at once when its signal does, while it waits for ${where}`, async () => {
    await using host = await startImageHost(answer);
    const stop = new AbortController();
    const fetching = rejectedBy(
      fetcherOf(host).fetch(`https://photos.example:${host.port}/`, {
        signal: stop.signal,
        addBytes: () => {},
      }),
    );
    await until("it was asked", () => host.heads.length === 1);
    stop.abort();
    assert.equal((await fetching).code, "url_unreachable");
    await until("the connection is gone", () => host.open === 0);
  });
}
