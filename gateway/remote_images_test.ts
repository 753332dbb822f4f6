/** Images from addresses, through whole gateways: every dialect that has images, what they cost, and who leaves. */
import assert from "node:assert/strict";
import { stopTime } from "../testing/fake_clock.ts";
import { startGateway, testFile, type TestGateway } from "../testing/harness.ts";
import { RawClient } from "../testing/raw_client.ts";
import {
  type Answer,
  type ImageHost,
  reply,
  startImageHost,
} from "../testing/remote/image_host.ts";
import { until } from "../testing/until.ts";

const PHOTO = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");
const BAD = "https://photos.example/bad";

/** What is at each path; anything else never ends. */
const answer: Answer = async (path, connection) => {
  if (path === "/photo.jpg") await connection.send(...reply("200 OK", PHOTO));
  else if (path === "/large") await connection.send(...reply("200 OK", new Uint8Array(20_001)));
  else if (path === "/page") await connection.send(...reply("200 OK", "<!doctype html><p>A photo"));
  else if (path === "/gone") await connection.send(...reply("404 Not Found"));
  else if (path === "/inside") {
    await connection.send(...reply("302 Found", "", ["location: https://169.254.169.254/latest"]));
  } else {
    await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\na");
    await connection.closed();
  }
};

async function started(env: Record<string, string> = {}): Promise<
  AsyncDisposable & { readonly host: ImageHost; readonly gateway: TestGateway }
> {
  const host = await startImageHost(answer);
  const gateway = await startGateway({
    GATEWAY_URL_INPUT: "https",
    GATEWAY_URL_INPUT_HOSTS: `photos.example:${host.port}`,
    ...env,
  }, host.network);
  return {
    host,
    gateway,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}

async function post(url: string, body: unknown, type = "application/json") {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": type },
    body: body instanceof Uint8Array ? body as Uint8Array<ArrayBuffer> : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

Deno.test("a photo from an address gives the vector of its bytes, in every form", async () => {
  await using running = await started();
  const { gateway: { url }, host } = running;
  const at = (path: string) => `https://photos.example:${host.port}${path}`;
  const photo = at("/photo.jpg");
  const { body: { embedding } } = await post(`${url}/embed`, PHOTO, "image/jpeg");
  const one = await post(`${url}/embed`, { image: photo });
  assert.deepEqual(one.body.embedding, embedding);
  assert.match(one.headers.get("server-timing") ?? "", /fetch;dur=/);
  const both = { images: [` ${photo}\n`, PHOTO.toBase64(), photo] };
  const three = [embedding, embedding, embedding];
  assert.deepEqual((await post(`${url}/embed`, both)).body.embeddings, three);
  assert.deepEqual((await post(`${url}/embed/base64`, both)).body.embeddings, three);
  const inputs = { inputs: [{ image: photo }] };
  assert.deepEqual((await post(`${url}/embed`, inputs)).body.embeddings, [embedding]);
  const form = new FormData();
  form.set("image", photo);
  const reply = await fetch(`${url}/embed`, { method: "POST", body: form });
  assert.deepEqual((await reply.json()).embedding, embedding);
  // Longer than what is parsed on the spot.
  const long = { images: [photo, `${PHOTO.toBase64()}${" ".repeat(100_000)}`], model: "dct_512" };
  const padded = { ...long, images: [...long.images, ...Array(12).fill(long.images[1])] };
  assert.deepEqual((await post(`${url}/embed`, padded)).body.embeddings[0], embedding);
  for (
    const input of [
      [{ image: photo }],
      [{ type: "image_url", image_url: { url: photo } }],
      [{ role: "user", content: [{ type: "image_url", image_url: photo }] }],
    ]
  ) {
    const { body } = await post(`${url}/v1/embeddings`, { input });
    assert.deepEqual(body.data?.[0]?.embedding, embedding, JSON.stringify(body));
  }
  const said = { input: photo, modality: "image" };
  assert.deepEqual((await post(`${url}/v1/embeddings`, said)).body.data[0].embedding, embedding);
  assert.equal((await (await fetch(`${url}/info`)).json()).url_input, "https");
  await until("no connection is left", () => host.open === 0);
});

Deno.test("what cannot be fetched is an item's error, or names its image", async () => {
  await using running = await started({ GATEWAY_URL_INPUT_TIMEOUT_MS: "300" });
  const { gateway: { url }, host } = running;
  const at = (path: string) => `https://photos.example:${host.port}${path}`;
  const images = [
    ...[at("/photo.jpg"), at("/page"), at("/gone"), at("/inside"), BAD],
    ...["http://photos.example/", "https://127.0.0.1/", `https://a.example/${"x".repeat(9000)}`],
  ];
  const codes = async (images: readonly string[]) => {
    const { body } = await post(`${url}/embed`, { images, on_error: "item" });
    return body.results.map(({ error }: { error?: { code: string } }) => error?.code ?? "ok");
  };
  // So that what is there is fetched in time on any machine.
  using clock = stopTime();
  assert.deepEqual(await codes(images), [
    ...["ok", "unsupported_media_type", "url_unreachable", "url_not_allowed"],
    ...["url_not_allowed", "url_not_allowed", "url_not_allowed", "url_not_allowed"],
  ]);
  let late: readonly string[] = [];
  void codes([at("/drip"), BAD]).then((codes) => late = codes);
  await until("the drip is asked for", () => host.heads.some((head) => head.includes("/drip")));
  await clock.tick(300);
  await until("it is given up", () => late.length > 0);
  assert.deepEqual(late, ["url_unreachable", "url_not_allowed"]);
  const failed = await post(`${url}/embed`, { images: [at("/photo.jpg"), at("/gone")] });
  assert.equal(failed.status, 422);
  assert.match(failed.body.error.message, /^Image 1: Cannot fetch image .* 404$/);
  const input = [{ image: at("/photo.jpg") }, { image: at("/inside") }];
  const openai = await post(`${url}/v1/embeddings`, { input });
  assert.equal(openai.status, 400);
  assert.match(openai.body.error.message, /^Input 1: Cannot fetch image/);
  assert.deepEqual([openai.body.error.code, openai.body.error.param], ["url_not_allowed", "input"]);
  const gone = await post(`${url}/v1/embeddings`, { input: [{ image: at("/gone") }] });
  assert.deepEqual([gone.status, gone.body.error.code], [400, "url_unreachable"]);
});

Deno.test("too many addresses are refused before any is asked", async () => {
  await using running = await started();
  const { gateway: { url }, host } = running;
  const images = Array(33).fill(`https://photos.example:${host.port}/photo.jpg`);
  const { status, body } = await post(`${url}/embed`, { images });
  assert.deepEqual([status, body.error.code], [413, "too_many_images"]);
  assert.equal(host.heads.length, 0);
});

Deno.test("fetched bytes have the limits of one image, and of all that are in flight", async () => {
  const limits = { GATEWAY_IMAGE_BYTES_MAX: "20000", GATEWAY_BODY_BYTES_MAX: "28000" };
  for (
    const [path, env, code] of [
      ["/large", limits, "body_too_large"],
      ["/photo.jpg", limits, "body_too_large"],
      ["/photo.jpg", { ...limits, GATEWAY_INFLIGHT_BYTES_MAX: "28000" }, "overloaded"],
    ] as const
  ) {
    await using running = await started(env);
    const { gateway, host } = running;
    const images = Array(8).fill(`https://photos.example:${host.port}${path}`);
    const { body } = await post(`${gateway.url}/embed`, { images });
    assert.equal(body.error?.code, code);
    const metrics = await gateway.metrics();
    assert.equal(metrics.get("gateway_inflight_body_bytes"), 0);
  }
});

Deno.test("an address that drips takes no longer than its request, whose client may leave before", async () => {
  await using running = await started({
    GATEWAY_REQUEST_TIMEOUT_MS: "400",
    GATEWAY_IMAGE_TIMEOUT_MS: "400",
  });
  const { gateway, host } = running;
  const body = { images: Array(6).fill(`https://photos.example:${host.port}/drip`) };
  using clock = stopTime();
  let late: unknown;
  void post(`${gateway.url}/embed`, body).then(({ status, body }) =>
    late = [status, body.error.code]
  );
  await until("the host is asked", () => host.heads.length > 0);
  await clock.tick(400);
  await until("it is answered", () => late !== undefined);
  assert.deepEqual(late, [504, "deadline_exceeded"]);
  await until("no connection is left", () => host.open === 0);
  const asked = host.heads.length;
  const text = JSON.stringify(body);
  using client = await RawClient.connect(gateway.url);
  await client.send(
    "POST /embed HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n",
    `content-length: ${text.length}\r\n\r\n${text}`,
  );
  await until("the host is asked again", () => host.open > 0 && host.heads.length > asked);
  client.close();
  await until("no connection is left", () => host.open === 0);
});

Deno.test("a gateway fetches nothing unless it is told to", async () => {
  await using gateway = await startGateway();
  const { status, body } = await post(`${gateway.url}/embed`, { image: "https://photos.example/" });
  assert.deepEqual([status, body.error.code], [400, "invalid_base64"]);
  assert.match(body.error.message, /GATEWAY_URL_INPUT is https/);
});

Deno.test("a gateway takes no name of this machine for a public one", async () => {
  const env = { GATEWAY_URL_INPUT: "https", GATEWAY_URL_INPUT_HOSTS: "*" };
  await using gateway = await startGateway(env);
  for (const host of ["localhost", "localhost.", "127.0.0.1", "2130706433", "[::1]", "0x7f.1"]) {
    const { body } = await post(`${gateway.url}/embed`, { image: `https://${host}/` });
    assert.equal(body.error.code, "url_not_allowed", host);
  }
});
