import assert from "node:assert/strict";
import { encodedRequest } from "../../testing/encoded_request.ts";
import { recordWorkers } from "../../testing/workers/recorded_workers.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import { Deadline } from "../work/deadline.ts";
import { GatewayError } from "../contract/errors.ts";
import { parseOptions } from "../contract/options.ts";
import { BodyParser } from "./body_parser.ts";
import type { EmbedRequest } from "../contract/embed_request.ts";
import type { BodyKind } from "./codec/body_kind.ts";
import type { EncodedRequest } from "./dialects/dialect.ts";
import { native } from "./dialects/native.ts";

const MIB = 1024 * 1024;
const LIMITS = { imagesMax: 4, imageBytesMax: 2 * MIB, textsMax: 3, textCharactersMax: 20 };
const FORM_TYPE = "multipart/form-data; boundary=x";
const encoder = new TextEncoder();

function job(kind: BodyKind, text: string, contentType = ""): EncodedRequest {
  const body = encoder.encode(text);
  const query = { orient: "exif" };
  const defaults = { orient: "none", decode: "fast" } as const;
  return encodedRequest(body, { kind, contentType, query, defaults });
}

const photo = (length: number) => new Uint8Array(length).map((_, index) => index % 251);
const jsonOf = (...images: string[]) => JSON.stringify({ images, on_error: "item" });
const formOf = (bytes: Uint8Array) =>
  "--x\r\ncontent-disposition: form-data; name=image; filename=a.jpg\r\n\r\n" +
  String.fromCharCode(...bytes) + "\r\n--x--\r\n";

async function parse(parser: BodyParser, one: EncodedRequest, client = ""): Promise<EmbedRequest> {
  using deadline = new Deadline({ timeoutMs: 60_000 });
  return (await parser.parse(native, one, { client, deadline, route: "/embed" })).request();
}

const shown = ({ inputs }: EmbedRequest) =>
  inputs.map((image) =>
    image instanceof GatewayError
      ? `${image.code}: ${image.message}`
      : (image as Uint8Array).toBase64()
  );

Deno.test("BodyParser gives the same of a long body as of a short one, errors of items included", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  const short = await parse(parser, job("json", jsonOf("AQID", "A*==")));
  const padded = jsonOf("AQID", "A*==", photo(MIB).toBase64());
  const long = await parse(parser, job("json", padded));
  assert.deepEqual(shown(long).slice(0, 2), shown(short));
  assert.equal(shown(long)[2], photo(MIB).toBase64());
  assert.deepEqual({ ...long, inputs: [] }, { ...short, inputs: [] });
  const fields = { orient: "exif", decode: "fast", on_error: "item" };
  assert.deepEqual(long.options, parseOptions(fields));
});

Deno.test("BodyParser gives images and texts of a long body as of a short one, and what each is", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  const textOf = (image: string) =>
    JSON.stringify({
      inputs: [{ text: "a cat" }, { image }, { text: "\ud800" }],
      on_error: "item",
    });
  const short = await parse(parser, job("json", textOf("AQID")));
  const long = await parse(parser, job("json", textOf(photo(MIB).toBase64())));
  assert.deepEqual(long.modality, ["text", "image", "text"]);
  assert.deepEqual({ ...long, inputs: [] }, { ...short, inputs: [] });
  assert.equal(long.inputs[0], "a cat");
  assert.ok(long.inputs[1] instanceof Uint8Array && long.inputs[1].length === MIB);
  assert.equal((long.inputs[2] as GatewayError).code, "invalid_text");
});

Deno.test("BodyParser keeps the causes of a long body's errors, and none that quotes the body", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  const { inputs } = await parse(parser, job("json", jsonOf("A*==", photo(MIB).toBase64())));
  assert.match(String((inputs[0] as GatewayError).cause), /base64/);
  const text = `{"images":["${"A".repeat(2 * MIB)}"`;
  assert.equal((await rejectedBy(parse(parser, job("json", text)))).cause, undefined);
});

Deno.test("BodyParser starts no worker for short bodies and for images as they are", async () => {
  using workers = recordWorkers();
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  await parse(parser, job("json", jsonOf("AQID")));
  await parse(parser, job("multipart", formOf(Uint8Array.of(65)), FORM_TYPE));
  const { inputs } = await parse(parser, job("image", "a".repeat(2 * MIB)));
  assert.equal((inputs[0] as Uint8Array).length, 2 * MIB);
  assert.equal(workers.all.length, 0);
});

Deno.test("BodyParser moves a long body away instead of copying it", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  const long = job("json", jsonOf(photo(MIB).toBase64()));
  await parse(parser, long);
  assert.equal(long.body.length, 0);
});

Deno.test("BodyParser reads a long form", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  const long = job("multipart", formOf(photo(1000)) + " ".repeat(2 * MIB), FORM_TYPE);
  const request = await parse(parser, long);
  assert.equal(request.inputs.length, 1);
  assert.equal(request.isSingle, true);
});

Deno.test("BodyParser says of a form the same in a worker as on the spot", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  const part = "--x\r\nContent-Disposition: form-data; name=image; filename=a.jpg";
  const photo = `${part}\r\n\r\nJP\r\n--xEG\r\n`;
  const forms = [
    `${photo}--x\r\nContent-Disposition: form-data; name=normalize\r\n\r\nfalse\r\n--x--`,
    `${part}\r\nX-Any: ${"a".repeat(17_000)}\r\n\r\n\r\n--x--`,
    `${photo.repeat(5)}--x--`,
    `${photo}--x\r\n\r\n--x--`,
    photo,
    "",
  ];
  for (const form of forms) {
    const verdictOf = async (text: string) => {
      const request = await parse(parser, job("multipart", text, FORM_TYPE))
        .catch((error: GatewayError) => `${error.code}: ${error.message}`);
      return typeof request === "string" ? request : { ...request, inputs: shown(request) };
    };
    const long = await verdictOf(" ".repeat(MIB) + "\r\n" + form);
    assert.deepEqual(long, await verdictOf(form), form.slice(0, 100));
  }
});

for (
  const [what, text, code] of [
    ["no JSON", `{"images":["${"A".repeat(2 * MIB)}"`, "invalid_json"],
    ["too many images", jsonOf(..."abcde", "A".repeat(2 * MIB)), "too_many_images"],
    ["an unknown option", `{"image":"${"A".repeat(2 * MIB)}","size":1}`, "invalid_option"],
  ] as const
) {
  Deno.test(`BodyParser answers ${code} for a long body that is ${what}, and goes on`, async () => {
    using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
    assert.equal((await rejectedBy(parse(parser, job("json", text)))).code, code);
    const { inputs } = await parse(parser, job("json", jsonOf(photo(MIB).toBase64())));
    assert.equal(inputs.length, 1);
  });
}

Deno.test("BodyParser takes a long body out of its queue when the client leaves", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  const text = jsonOf(photo(MIB).toBase64());
  const first = parse(parser, job("json", text));
  const client = new AbortController();
  using deadline = new Deadline({ timeoutMs: 60_000, clientSignal: client.signal });
  const second = rejectedBy(
    parser.parse(native, job("json", text), { client: "", deadline, route: "" }),
  );
  client.abort();
  assert.equal((await second).code, "client_closed");
  assert.equal((await first).inputs.length, 1);
});

Deno.test("BodyParser has a client with many long bodies wait behind its own", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
  const text = jsonOf(photo(MIB).toBase64());
  const done: string[] = [];
  const clients = ["greedy", "greedy", "greedy", "modest"];
  await Promise.all(
    clients.map((client) => parse(parser, job("json", text), client).then(() => done.push(client))),
  );
  assert.deepEqual(done, ["greedy", "modest", "greedy", "greedy"]);
});

Deno.test("BodyParser refuses one long body more than may wait", async () => {
  using parser = new BodyParser({ limits: LIMITS, queueMax: 1 });
  const text = jsonOf(photo(MIB).toBase64());
  const waiting = parse(parser, job("json", text));
  const error = await rejectedBy(parse(parser, job("json", text)));
  assert.equal(error.code, "overloaded");
  assert.equal(error.message, "Cannot read body as jobs in its queue must be ≤ 1");
  assert.ok(error.retryAfterSeconds);
  await waiting;
});

Deno.test("BodyParser that is disposed ends its worker", async () => {
  using workers = recordWorkers();
  {
    using parser = new BodyParser({ limits: LIMITS, queueMax: 4 });
    await parse(parser, job("json", jsonOf(photo(MIB).toBase64())));
    assert.equal(workers.alive.length, 1);
  }
  assert.equal(workers.alive.length, 0);
});
