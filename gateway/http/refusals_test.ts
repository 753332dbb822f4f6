/** The catalogue of errors as clients meet it: every kind of bad request, through the real workers. */
import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../testing/app_harness.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";
import type { ErrorCode } from "../errors.ts";

const CAT = await testFile("photos/cat.jpg");
const MIB = 1024 * 1024;

interface Refusal {
  readonly what: string;
  readonly init: RequestInit;
  readonly path?: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: RegExp;
  readonly headers?: Readonly<Record<string, string>>;
}

function post(type: string, body: BodyInit | null, headers: Record<string, string> = {}) {
  return { method: "POST", headers: { "content-type": type, ...headers }, body };
}

const text = (body: string) => post("application/json", body);
const json = (value: unknown) => text(JSON.stringify(value));

/** A file of the goldens as a raw body. */
const golden = async (name: string) => post("image/jpeg", await testFile(`goldens/${name}`));
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
    message: /must be strings of base64/,
  },
  {
    what: "a string for images",
    init: json({ images: "AQ==" }),
    status: 400,
    code: "invalid_body",
    message: /must be strings of base64/,
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
    message: /must have either image or images/,
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
    message: /must be base64 in the standard alphabet/,
  },
  {
    what: "an unknown option",
    init: json({ image: "AQ==", normalise: false }),
    status: 400,
    code: "invalid_option",
    message: /options must be among encoding_format, normalize, orient, decode, on_error/,
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
    init: post("text/plain", "hello"),
    status: 415,
    code: "unsupported_media_type",
    message: /content-type must be application\/json, multipart\/form-data, image\/… or/,
  },
  {
    what: "no content type",
    init: { method: "POST", body: CAT },
    status: 415,
    code: "unsupported_media_type",
    message: /content-type must be/,
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

const PHOTOS: readonly (readonly [string, string, number, ErrorCode, RegExp])[] = [
  ["a text file named .jpg", "refused/foreign_text.jpg", 415, "unsupported_media_type", /no image/],
  ["a page named .jpg", "refused/foreign_html.jpg", 415, "unsupported_media_type", /no image/],
  [
    "HEIC",
    "refused/foreign_stub_heic.heic",
    415,
    "unsupported_media_type",
    /JPEG, PNG, GIF, TIFF: they are HEIC$/,
  ],
  ["AVIF", "refused/foreign_photo.avif", 415, "unsupported_media_type", /they are AVIF$/],
  ["WebP", "refused/foreign_photo.webp", 415, "unsupported_media_type", /they are WEBP$/],
  [
    "65500×65500 in 141 bytes",
    "refused/limit_65500x65500_header.jpg",
    422,
    "image_too_large",
    /its pixels must be ≤ 25000000: current value is 4290250000$/,
  ],
  [
    "a PNG bomb",
    "refused/limit_60000x60000.png",
    422,
    "image_too_large",
    /current value is 3600000000$/,
  ],
  [
    "a PNG of 100 megapixels",
    "refused/limit_10000x10000.png",
    422,
    "image_too_large",
    /current value is 100000000$/,
  ],
  [
    "a progressive JPEG of 1000 scans",
    "refused/limit_1000_scans_4000x4000.jpg",
    422,
    "image_too_large",
    /its scans must be ≤ 100$/,
  ],
  ["a truncated JPEG", "refused/damaged_baseline_cut_half.jpg", 422, "invalid_image", /truncated/],
  [
    "a truncated progressive JPEG",
    "refused/damaged_progressive_cut_half.jpg",
    422,
    "invalid_image",
    /truncated/,
  ],
  [
    "a truncated PNG",
    "refused/damaged_png_cut_half.png",
    422,
    "invalid_image",
    /Cannot decode image/,
  ],
  [
    "a JPEG of width 0",
    "refused/damaged_header_zero_width.jpg",
    422,
    "invalid_image",
    /width or height is 0/,
  ],
  [
    "a 12-bit JPEG",
    "refused/twelve_bit_rgb.jpg",
    422,
    "unsupported_image",
    /JPEGs of 12-bit samples are not supported$/,
  ],
  [
    "a JPEG of 5 components",
    "refused/damaged_header_five_components.jpg",
    422,
    "unsupported_image",
    /5 components/,
  ],
];

async function assertRefused(app: TestApp, refusal: Refusal): Promise<void> {
  const { path = "/embed", init, status, code, message, headers = {} } = refusal;
  const response = await app.request(path, init);
  const body = await response.json();
  assert.equal(response.status, status, JSON.stringify(body));
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
  assert.match(response.headers.get("server-timing") ?? "", /total;dur=\d/);
  for (const [name, value] of Object.entries(headers)) {
    assert.equal(response.headers.get(name), value);
  }
  assert.deepEqual(Object.keys(body), ["error"]);
  assert.deepEqual(Object.keys(body.error), ["code", "message", "request_id"]);
  assert.equal(body.error.code, code);
  assert.match(body.error.message, message);
  assert.equal(body.error.request_id, response.headers.get("x-request-id"));
  assert.equal(app.telemetry.codes.at(-1), code);
  assert.deepEqual(app.admission.usage, { requests: 0, bytes: 0, pixels: 0 });
  assert.equal(app.engine.slots.inUse, 0);
}

Deno.test("POST /embed refuses bad bodies, each by its code", async (t) => {
  await using app = await createTestApp({ engine: new FakeEngine() });
  for (const refusal of BODIES) {
    await t.step(`${refusal.status} for ${refusal.what}`, () => assertRefused(app, refusal));
  }
});

Deno.test("POST /embed refuses bad photos, each by its code", async (t) => {
  await using app = await createTestApp({ engine: new FakeEngine() });
  for (const [what, name, status, code, message] of PHOTOS) {
    await t.step(`${status} for ${what}`, async () => {
      await assertRefused(app, { what, init: await golden(name), status, code, message });
    });
  }
  await t.step("and serves the next good photo with the same worker", async () => {
    assert.equal((await app.request("/embed", post("image/jpeg", CAT))).status, 200);
    assert.equal(app.successes(), 1);
  });
});

Deno.test("POST /embed refuses bombs by their header, before a worker sees them", async () => {
  let jobs = 0;
  const workers = { run: () => Promise.reject(new Error(`job ${++jobs}`)) };
  await using app = await createTestApp({ engine: new FakeEngine(), workers });
  for (const name of ["refused/limit_65500x65500_header.jpg", "refused/limit_60000x60000.png"]) {
    assert.equal((await app.request("/embed", await golden(name))).status, 422);
  }
  assert.equal(jobs, 0);
});

for (const name of ["gray_1x65500", "gray_65500x1", "rgb_444_1x65500", "rgb_420_4000x3000"]) {
  Deno.test(`POST /embed embeds ${name}.jpg`, async () => {
    await using app = await createTestApp();
    const response = await app.request("/embed", await golden(`inputs/${name}.jpg`));
    assert.equal(response.status, 200);
    const { embedding } = await response.json();
    assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-6);
  });
}

for (const name of ["png_rgb_300x260.png", "gif_static_97x61.gif", "tiff_rgb_97x61_lzw.tif"]) {
  Deno.test(`POST /embed embeds ${name}`, async () => {
    await using app = await createTestApp();
    const response = await app.request("/embed", await golden(`other/${name}`));
    assert.equal(response.status, 200);
    assert.equal(app.telemetry.images[0]?.format, name.slice(0, name.indexOf("_")));
  });
}

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
