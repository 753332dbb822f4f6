import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { GatewayError } from "../../contract/errors.ts";
import { decodeImageText } from "./image_text.ts";

const BYTES = Uint8Array.of(0xff, 0xd8, 0xff, 0xfb);
const TEXT = "/9j/+w==";

/** The code that a text is refused with, or its bytes as text. */
function outcome(text: string, bytesMax = 1000): string {
  try {
    return decodeImageText(text, bytesMax).join();
  } catch (error) {
    assert.ok(error instanceof GatewayError, String(error));
    return error.code;
  }
}

/** As MIME has it: a line break after every 76 characters. */
function inLines(base64: string, lineBreak: string): string {
  return base64.replace(/.{76}/g, `$&${lineBreak}`);
}

Deno.test("decodeImageText() reads back any bytes, with white space anywhere and with or without padding", () => {
  const spaces = fc.constantFrom("", " ", "\n", "\r\n", "\t");
  const image = fc.uint8Array({ maxLength: 300 });
  fc.assert(fc.property(image, fc.infiniteStream(spaces), fc.boolean(), (bytes, gaps, isPadded) => {
    const base64 = isPadded ? bytes.toBase64() : bytes.toBase64({ omitPadding: true });
    const spaced = [...base64].map((character) => character + gaps.next().value).join("");
    assert.deepEqual(decodeImageText(spaced, 10_000), bytes);
  }));
});

Deno.test("decodeImageText() refuses what is not base64", () => {
  const texts = {
    "two alphabets at once": "_9j/+w==",
    "two alphabets at once, the other way": "/9j_-w==",
    "padding inside in the URL-safe alphabet": "_9==j_-w",
    "percent-encoding outside a data URI": "%2F9j%2F%2Bw%3D%3D",
    "an address": "https://example.org/a.jpg",
    "a foreign character": "/9j/+w=!",
    "one character too many": "/9j/+wAAA",
    "padding inside": "/9==j/+w",
    "too much padding": "/9j/+w===",
    "a no-break space": "/9j/\u00a0+w==",
    "an object's text": "[object Object]",
  };
  for (const [name, text] of Object.entries(texts)) {
    assert.equal(outcome(text), "invalid_base64", name);
  }
});

Deno.test("decodeImageText() reads the URL-safe alphabet, with or without padding, in lines or not", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, omitPadding) => {
    const base64 = bytes.toBase64({ alphabet: "base64url", omitPadding });
    assert.deepEqual(decodeImageText(inLines(base64, "\r\n"), 10_000), bytes);
    assert.deepEqual(decodeImageText(`data:image/png;base64,${base64}`, 10_000), bytes);
  }));
});

Deno.test("decodeImageText() reads data URIs of images and of unknown type", () => {
  const heads = [
    " \r\ndata:image/jpeg;base64, ",
    "DATA:image/jpeg;base64,",
    "Data:image/jpeg;Base64,",
    "data:image/jpeg; charset=utf-8; base64 ,",
    "data:image/jpeg;name=IMG%20001.jpg;base64,",
    "data:image/jpeg;name=IMG_(1)'~!.jpg;base64,",
    "data:image/jpeg;name=фото 1.jpg;base64,",
    'data:image/jpeg;name="a,b;c.jpg";base64,',
    'data:image/jpeg;name="a;base64,b.jpg";base64,',
    String.raw`data:image/jpeg;name="a\",b.jpg";base64,`,
    'data:image/jpeg;name=5"x7".jpg;base64,',
    'data:image/jpeg;name=5" print.jpg;base64,',
    "data:image/jpeg;base64;name=a.jpg,",
    `data:image/jpeg;name=${"x".repeat(16_000)};base64,`,
    "data:binary/octet-stream;base64,",
    'data:image/jpeg;name=";base64,',
    "data:image/jpeg;base64,",
    "data:IMAGE/PNG;BASE64,",
    "data:;base64,",
    "data:application/octet-stream;base64,",
    "data:image/jpeg;name=photo_1.jpg;charset=utf-8;base64,",
    "data:image/svg+xml;base64,",
  ];
  for (const head of heads) assert.equal(outcome(head + TEXT), BYTES.join(), head);
});

Deno.test("decodeImageText() refuses data URIs of other types and other forms", () => {
  const heads: Record<string, string> = {
    "data:text/plain;base64,": "unsupported_media_type",
    "data:application/pdf;base64,": "unsupported_media_type",
    "data:image/jpeg,": "invalid_base64",
    "data:image/jpeg;base64": "invalid_base64",
    "data:": "invalid_base64",
    'data:image/jpeg;name=";base64",': "invalid_base64",
    "data:image/jpeg;base64=1,": "invalid_base64",
    [`data:image/jpeg;name=${"x".repeat(17_000)};base64,`]: "invalid_base64",
  };
  for (const [head, code] of Object.entries(heads)) assert.equal(outcome(head + TEXT), code, head);
});

Deno.test("decodeImageText() takes percent-encoding off data URIs, and leaves a fragment out", () => {
  const encoded = encodeURIComponent(TEXT);
  assert.match(encoded, /%2F.*%2B.*%3D/);
  for (const text of [encoded, encoded.toLowerCase().replace("9J", "9j"), `${TEXT}#photo`]) {
    assert.equal(outcome(`data:image/jpeg;base64,${text}`), BYTES.join(), text);
  }
  assert.equal(outcome("data:image/jpeg;base64,%2F9j%2F%2"), "invalid_base64");
});

Deno.test("decodeImageText() reads data URIs that are percent-encoded and not base64 (RFC 2397)", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    const photo = Uint8Array.of(...BYTES, ...bytes);
    const all = Array.from(photo, (byte) => "%" + byte.toString(16).padStart(2, "0")).join("");
    assert.deepEqual(decodeImageText(`data:image/jpeg,${all}`, 10_000), photo);
    // As `escape()` has it: letters and digits stay as they are.
    const some = all.replace(
      /%(3[0-9]|[46][1-9a-f]|[57][0-9a])/g,
      (_, hex) => String.fromCharCode(parseInt(hex, 16)),
    );
    assert.deepEqual(decodeImageText(`data:,${some.toUpperCase()}`, 10_000).length, photo.length);
    assert.deepEqual(decodeImageText(`data:image/jpeg,${some}`, 10_000), photo);
  }));
  assert.equal(
    outcome("data:image/jpeg,%FF%zz%"),
    [0xff, ..."%zz%"].map((one) => typeof one === "number" ? one : one.charCodeAt(0)).join(),
  );
  assert.equal(outcome(`data:image/jpeg,${"%FF".repeat(1001)}`), "body_too_large");
  assert.equal(outcome(`data:image/jpeg,%FF${"a".repeat(1001)}`), "body_too_large");
});

Deno.test("decodeImageText() says that it fetches nothing, without repeating the address", () => {
  assert.throws(() => decodeImageText(" HTTPS://secret.example/a.jpg", 1000), {
    code: "invalid_base64",
    message:
      "Cannot decode image as its text is an address, from which nothing is fetched unless GATEWAY_URL_INPUT is https: send the image",
  });
});

Deno.test("decodeImageText() accepts exactly as many bytes as it may, in lines or not", () => {
  for (const length of [1, 2, 3, 999, 100_000]) {
    const base64 = new Uint8Array(length).toBase64();
    for (const text of [base64, inLines(base64, "\n"), inLines(base64, "\r\n")]) {
      assert.equal(decodeImageText(text, length).length, length);
      assert.equal(outcome(text, length - 1), "body_too_large", `${length} bytes`);
    }
  }
});

Deno.test("decodeImageText() refuses long text before it decodes it", () => {
  assert.equal(outcome("!".repeat(2000)), "body_too_large");
  assert.equal(outcome(`data:image/jpeg;base64,${"!".repeat(2000)}`), "body_too_large");
});

Deno.test("decodeImageText() says limit and value, and nothing of the text", () => {
  const message = (text: string) => {
    try {
      return String(decodeImageText(text, 3));
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(
    message(TEXT),
    "Cannot decode image as its bytes must be ≤ 3: current value is 4",
  );
  assert.doesNotMatch(message("s3cret!"), /s3cret/);
  assert.doesNotMatch(message("data:text/s3cret;base64,"), /s3cret/);
});
