import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { readPartHead } from "./part_head.ts";

const KIB = 1024;
const NAME = 'Content-Disposition: form-data; name="image"';
const encoder = new TextEncoder();

const read = (...lines: string[]) =>
  readPartHead(encoder.encode(lines.join("\r\n") + "\r\n\r\nJPEG"));
const refusal = (...lines: string[]) => {
  const error = thrownBy(() => read(...lines));
  assert.equal(error.code, "invalid_body");
  return error.message;
};

for (
  const [what, lines] of [
    ["a file name", [`${NAME}; filename="a.jpg"`]],
    ["a file name of other alphabets", [`${NAME}; filename="фото.jpg"`]],
    ["a file name without quotes", ["content-disposition:form-data;name=image;filename=a b.jpg"]],
    ["a file name with quoted pairs", [String.raw`${NAME}; filename="\"a\".jpg"`]],
    ["filename* alone (RFC 5987)", [`${NAME}; filename*=UTF-8''a%20b.jpg`]],
    ["filename* in Latin-1", [`${NAME}; filename*=iso-8859-1'en'caf%E9.jpg`]],
    ["filename* in pieces (RFC 2231)", [`${NAME}; filename*0="a."; filename*1="jpg"`]],
    ["an image's type alone", [NAME, "Content-Type: image/jpeg"]],
    ["an image's type in capitals", [NAME, "CONTENT-TYPE: Image/JPEG; q=1"]],
    ["the type of any bytes alone", [NAME, "Content-Type: application/octet-stream"]],
    ["a folded head", ["Content-Disposition: form-data;", '\tname="image";', ' filename="a.jpg"']],
    ["a coding that changes nothing", [`${NAME}; filename=a`, "Content-Transfer-Encoding: BINARY"]],
    ["headers that nobody needs", [`${NAME}; filename=a`, 'X-Any: a; "', "Content-Length: 4;"]],
  ] as const
) {
  Deno.test(`readPartHead() takes a part for a file by ${what}`, () => {
    const { name, isFile, length } = read(...lines);
    assert.deepEqual({ name, isFile }, { name: "image", isFile: true });
    assert.equal(length, encoder.encode(lines.join("\r\n")).length + 4);
  });
}

Deno.test("readPartHead() takes other parts for text, with their charset", () => {
  assert.equal(read(NAME).isFile, false);
  assert.equal(read(NAME).charset, "utf-8");
  const typed = read(NAME, 'Content-Type: text/plain; charset="ISO-8859-1"');
  assert.equal(typed.isFile, false);
  assert.equal(typed.charset, "ISO-8859-1");
});

Deno.test("readPartHead() reads names with quoted pairs, and name* of old clients", () => {
  assert.equal(read(String.raw`Content-Disposition: form-data; name="a\"b"`).name, 'a"b');
  const old = read("Content-Disposition: form-data; name*=utf-8''%D1%84; filename=a");
  assert.equal(old.name, "utf-8''%D1%84");
});

Deno.test("readPartHead() takes the first of several headers of one name", () => {
  assert.equal(read(NAME, "Content-Disposition: form-data; name=b").name, "image");
});

Deno.test("readPartHead() tells a file name from none, which an input without a file has", () => {
  assert.equal(read(`${NAME}; filename=a`).hasFilename, true);
  assert.equal(read(`${NAME}; filename=""; filename*=UTF-8''a.jpg`).hasFilename, true);
  for (const head of [`${NAME}; filename=""`, `${NAME}; filename=`, NAME]) {
    assert.equal(read(head).hasFilename, false, head);
  }
});

Deno.test("readPartHead() reads a head without content, whose empty line the delimiter has taken", () => {
  assert.equal(readPartHead(encoder.encode(`${NAME}\r\n`)).length, NAME.length + 2);
});

Deno.test("readPartHead() reads a head of 16 KiB, and says that a longer one is too long", () => {
  const padded = (length: number) => [NAME, "X-Any: ".padEnd(length - NAME.length - 2, "a")];
  assert.equal(read(...padded(16 * KIB)).length, 16 * KIB + 4);
  const message = "Cannot read body as bytes of the head of a form's part must be ≤ 16384";
  assert.equal(refusal(...padded(16 * KIB + 1)), message);
  assert.equal(refusal(...padded(4096 * KIB)), message);
  const unending = encoder.encode(NAME.padEnd(16 * KIB + 1, "a"));
  assert.equal(thrownBy(() => readPartHead(unending)).message, message);
});

Deno.test("readPartHead() reads 32 headers, and says that 33 are too many", () => {
  const others = Array.from({ length: 32 }, (_, index) => `X-${index}: a`);
  assert.equal(read(...others.slice(1), NAME).name, "image");
  const message = "Cannot read body as headers of a form's part must be ≤ 32";
  assert.equal(refusal(NAME, ...others), message);
});

for (
  const [what, lines, rule] of [
    ["without a disposition", ["Content-Type: image/jpeg"], /form-data with a name/],
    ["without a name", ["Content-Disposition: form-data; filename=a"], /form-data with a name/],
    ["with a quote left open", [`${NAME}; filename="a`], /a content-disposition that can be read/],
    [
      "with a type of other signs",
      [NAME, 'Content-Type: image/jpeg; "'],
      /a content-type that can/,
    ],
    ["of a mail", ["Content-Disposition: attachment; name=a; filename=a"], /form-data with a name/],
    ["that is multipart itself", [
      "Content-Disposition: form-data",
      "Content-Type: multipart/mixed; boundary=y",
    ], /multipart/],
    ["in base64", [NAME, "Content-Transfer-Encoding: base64"], /no Content-Transfer-Encoding but/],
    ["with a line that is no header", [NAME, "hello"], /lines such as Name: value/],
    ["with a header without a name", [NAME, ": a"], /lines such as Name: value/],
    ["with LF alone for a line's end", [`${NAME}\nX-Any: a`], /lines such as Name: value/],
    ["with NUL", [`${NAME}; filename="a\0"`], /lines such as Name: value/],
  ] as const
) {
  Deno.test(`readPartHead() refuses a part ${what}`, () => assert.match(refusal(...lines), rule));
}

Deno.test("readPartHead() refuses a part without a head, or whose head does not end", () => {
  for (const part of ["", "\r\nJPEG", "JPEG", NAME, `${NAME}\n\nJPEG`]) {
    const error = thrownBy(() => readPartHead(encoder.encode(part)));
    assert.match(error.message, /^Cannot read body as the parts of a form must have/, part);
  }
});
