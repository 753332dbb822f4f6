/** The catalogue of errors as clients meet it: every kind of bad body. */
import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";
import { assertRefused, type Refusal } from "../../testing/refusal.ts";
import { post } from "../../testing/requests.ts";

const CAT = await testFile("photos/cat.jpg");
const MIB = 1024 * 1024;

const text = (body: string) => post("application/json", body);
const json = (value: unknown) => text(JSON.stringify(value));

const padded = (length: number) => {
  const bytes = new Uint8Array(length);
  bytes.set(CAT);
  return bytes;
};

const BODIES: readonly Refusal[] = [
  {
    what: "a body that is not JSON",
    init: text("image=cat.jpg"),
    status: 400,
    code: "invalid_json",
    message: /^Cannot read body: it is not JSON in UTF-8$/,
  },
  {
    what: "deeply nested JSON",
    init: text(`{"images":${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
    status: 400,
    code: "invalid_json",
    message: /must nest ≤ 8 deep/,
  },
  {
    what: "a JSON list",
    init: json(["AQ=="]),
    status: 400,
    code: "invalid_body",
    message: /must be a JSON object/,
  },
  {
    what: "a number for an image",
    init: json({ image: 5 }),
    status: 400,
    code: "invalid_body",
    message: /image must be a string, images a list of strings of base64/,
  },
  {
    what: "a string for images",
    init: json({ images: "AQ==" }),
    status: 400,
    code: "invalid_body",
    message: /image must be a string, images a list of strings of base64/,
  },
  {
    what: "an empty list",
    init: json({ images: [] }),
    status: 400,
    code: "invalid_body",
    message: /holds no image/,
  },
  {
    what: "no image",
    init: json({}),
    status: 400,
    code: "invalid_body",
    message: /must have exactly one of image, images, text, texts, and inputs/,
  },
  {
    what: "an empty image",
    init: json({ image: "" }),
    status: 400,
    code: "invalid_body",
    message: /it is empty/,
  },
  {
    what: "an empty body",
    init: post("image/jpeg", null),
    status: 400,
    code: "invalid_body",
    message: /the body is empty/,
  },
  {
    what: "bad base64",
    init: json({ image: "/9j/4AAQ*" }),
    status: 400,
    code: "invalid_base64",
    message: /its text must be base64/,
  },
  {
    what: "an unknown option",
    init: json({ image: "AQ==", normalise: false }),
    status: 400,
    code: "invalid_option",
    message: /options must be among model, encoding_format, normalize, orient, decode, on_error/,
  },
  {
    what: "an unknown option of the query",
    path: "/embed?size=224",
    init: post("image/jpeg", CAT),
    status: 400,
    code: "invalid_option",
    message: /options must be among/,
  },
  {
    what: "an option of the query twice",
    path: "/embed?orient=exif&orient=none",
    init: post("image/jpeg", CAT),
    status: 400,
    code: "invalid_option",
    message: /must not be given twice with different values$/,
  },
  {
    what: "options of the query where the body has none",
    path: "/embed/base64?orient=exif&bogus=1",
    init: json({ images: [CAT.toBase64()] }),
    status: 400,
    code: "invalid_option",
    message: /takes images and no options/,
  },
  {
    what: "a wrong value of an option",
    path: "/embed?orient=up",
    init: post("image/jpeg", CAT),
    status: 400,
    code: "invalid_option",
    message: /option orient must be none or exif/,
  },
  {
    what: "33 images",
    init: json({ images: Array(33).fill("AQ==") }),
    status: 413,
    code: "too_many_images",
    message: /images of one request must be ≤ 32: current value is 33$/,
  },
  {
    what: "a raw image of 9 MiB",
    init: post("image/jpeg", padded(9 * MIB)),
    status: 413,
    code: "body_too_large",
    message: /its bytes must be ≤ 8388608: current value is 9437184$/,
  },
  {
    what: "an image of 9 MiB in base64",
    init: json({ image: padded(9 * MIB).toBase64() }),
    status: 413,
    code: "body_too_large",
    message: /its bytes must be ≤ 8388608: current value is 9437184$/,
  },
  {
    what: "a body declared larger than the limit",
    init: post("image/jpeg", CAT, { "content-length": String(33 * MIB) }),
    status: 413,
    code: "body_too_large",
    message: /^Cannot read body as its bytes must be ≤ 33554432: current value is 34603008$/,
  },
  {
    what: "a wrong content type",
    init: post("text/html", "hello"),
    status: 415,
    code: "unsupported_media_type",
    message:
      /content-type must be application\/json, multipart\/form-data, text\/plain, image\/…, application\/x-image-batch or/,
  },
  {
    what: "a gzip body",
    init: post("application/json", CAT, { "content-encoding": "gzip" }),
    status: 415,
    code: "unsupported_media_type",
    message: /content-encoding must be identity/,
  },
  {
    what: "a data URI of a wrong type",
    init: json({ image: "data:text/html;base64,AQ==" }),
    status: 415,
    code: "unsupported_media_type",
    message: /the type of its data URI must be image\/…/,
  },
];

Deno.test("POST /embed refuses bad bodies, each by its code", async (t) => {
  await using app = await createTestApp({ engine: new FakeEngine() });
  for (const refusal of BODIES) {
    await t.step(`${refusal.status} for ${refusal.what}`, () => assertRefused(app, refusal));
  }
});

Deno.test("POST /embed never repeats input in its errors", async () => {
  await using app = await createTestApp({ engine: new FakeEngine() });
  const secret = "S3CRET-0123456789";
  for (
    const init of [
      text(`{"images": [${secret}]}`),
      json({ image: secret }),
      json({ image: "AQ==", [secret]: 1 }),
      json({ image: "AQ==", orient: secret }),
      json({ image: `data:${secret}/x;base64,AQ==` }),
      post(`text/${secret}`, secret),
      post("multipart/form-data; boundary=x", `--x\r\n${secret}`),
      post("image/jpeg", secret, { "content-encoding": secret }),
    ]
  ) {
    const response = await app.request(`/embed?`, init);
    assert.ok(response.status >= 400 && response.status < 500);
    assert.equal((await response.text()).includes(secret), false);
    const { cause } = app.telemetry.requests.at(-1) ?? {};
    assert.equal(String(cause).includes(secret), false);
  }
});
