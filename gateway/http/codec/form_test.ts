import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { readForm, readFormField } from "./form.ts";

const LIMITS = { imagesMax: 3, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
const TYPE = "multipart/form-data; boundary=AaB03x";
const encoder = new TextEncoder();

const file = (...bytes: number[]) => new File([new Uint8Array(bytes)], "photo.jpg");

/** A part of a form; its head has the disposition `form-data` and the rest given. */
const part = (rest: string, content: string) =>
  `--AaB03x\r\nContent-Disposition: form-data; ${rest}\r\n\r\n${content}\r\n`;
const read = (text: string, type = TYPE) => readForm(encoder.encode(text), type, LIMITS);
const refusal = (text: string, type = TYPE) => {
  const { code, message } = thrownBy(() => read(text, type));
  return `${code}: ${message}`;
};

Deno.test("readForm() gives files in order, names of all fields, and texts, as Deno's own client sends them", async () => {
  const names = fc.string({ unit: fc.constantFrom("a", "_", "ä", "ф", " ", ";", "=", "\\") })
    .filter((name) => !name.includes("\\\\")); // which may also stand for one backslash
  const contents = fc.uint8Array({ maxLength: 50 });
  const field = fc.oneof(
    fc.string({ maxLength: 50 }).filter((text) => !/[\r\n]/.test(text)),
    contents,
  );
  const lists = fc.array(fc.tuple(names, field), { maxLength: 3 });
  await fc.assert(fc.asyncProperty(lists, async (list) => {
    const form = new FormData();
    for (const [name, value] of list) {
      form.append(name, typeof value === "string" ? value : file(...value));
    }
    const encoded = new Response(form);
    const type = encoded.headers.get("content-type") ?? "";
    const { inputs, names, fields } = readForm(await encoded.bytes(), type, LIMITS);
    const isText = ([, value]: typeof list[number]) => typeof value === "string";
    assert.deepEqual(inputs, list.filter((one) => !isText(one)).map(([, bytes]) => bytes));
    assert.deepEqual(names, list.map(([name]) => name));
    assert.deepEqual(fields, Object.fromEntries(list.filter(isText)));
  }));
});

Deno.test("readForm() copies each file into a buffer of its own, to be moved to another thread", () => {
  const body = encoder.encode(part("name=a; filename=a", "JPEG") + "--AaB03x--");
  const [image] = readForm(body, TYPE, LIMITS).inputs;
  assert.ok(image instanceof Uint8Array);
  assert.equal(image.buffer.byteLength, 4);
  body.fill(0);
  assert.deepEqual(image, encoder.encode("JPEG"));
});

Deno.test("readForm() reads a photo whose comment holds the boundary", () => {
  const photo = "\xff\xd8\xff\xfe\0\x0cx--AaB03xy\xff\xdb".repeat(2);
  const bytes = Uint8Array.from(
    part("name=image; filename=a.jpg", photo) + "--AaB03x--",
    (character) => character.charCodeAt(0),
  );
  const [image] = readForm(bytes, TYPE, LIMITS).inputs;
  assert.ok(image instanceof Uint8Array);
  assert.equal(String.fromCharCode(...image), photo);
});

Deno.test("readForm() takes an input without a file for nothing, its name included", () => {
  const empty = part('name="images"; filename=""\r\nContent-Type: application/octet-stream', "");
  const form = read(part("name=image; filename=a", "JPEG") + empty + "--AaB03x--");
  assert.deepEqual(form, {
    inputs: [encoder.encode("JPEG")],
    modalities: ["image"],
    names: ["image"],
    fields: {},
  });
  const named = part("name=a; filename=a.jpg", "") + part('name=b; filename=""', "JPEG");
  assert.deepEqual(read(`${named}--AaB03x--`).names, ["a", "b"]);
});

Deno.test("readForm() takes a part that begins as a photo does for a file, whatever its head says", () => {
  const photo = "\xff\xd8\xff\xe0".padEnd(2000, "\0");
  for (const head of ["name=image", "name=photo", 'name="image"\r\nContent-Type: text/plain']) {
    const text = part(head, photo) + "--AaB03x--";
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const { inputs, fields } = readForm(bytes, TYPE, LIMITS);
    assert.deepEqual(inputs, [Uint8Array.from(photo, (one) => one.charCodeAt(0))], head);
    assert.deepEqual(fields, {});
  }
});

Deno.test("readForm() takes the text of image and images for images, of any length and in their charset", () => {
  const long = "QUJD".repeat(1000);
  const utf16 = "name=images\r\nContent-Type: text/plain; charset=utf-16le";
  const form = read(
    part("name=image", long) + part(utf16, "A\0Q\0=\0=\0") + part("name=image", "") +
      part("name=orient", "exif") + "--AaB03x--",
  );
  assert.deepEqual(form, {
    inputs: [long, "AQ=="],
    modalities: ["image", "image"],
    names: ["image", "images", "orient"],
    fields: { orient: "exif" },
  });
  assert.match(refusal(part("name=image", "AQ==").repeat(4) + "--AaB03x--"), /^too_many_images/);
});

Deno.test("readForm() takes an empty part without a file name for nothing, and the form's charset as well", () => {
  const typed = part("name=b\r\nContent-Type: image/jpeg", "");
  const charset = part("name=_charset_", "windows-1252");
  assert.deepEqual(read(`${typed}${charset}--AaB03x--`), {
    inputs: [],
    modalities: [],
    names: [],
    fields: {},
  });
  assert.match(refusal(charset.repeat(33) + "--AaB03x--"), /^invalid_body/);
});

Deno.test("readForm() reads text in its charset, and the last of several of one name", () => {
  const head = "name=a\r\nContent-Type: text/plain; charset=utf-16le";
  assert.deepEqual(read(part("name=a", "ä") + "--AaB03x--").fields, { a: "ä" });
  assert.deepEqual(read(part("name=a", "1") + part(head, "2\0") + "--AaB03x--").fields, { a: "2" });
  assert.match(
    refusal(part("name=a\r\nContent-Type: a/b; charset=x", "") + "--AaB03x--"),
    /charset/,
  );
});

Deno.test("readForm() takes boundaries of 1 to 70 characters, quoted or not", () => {
  const longest = `a b?${"-".repeat(66)}`;
  for (
    const [given, boundary] of [
      ["x", "x"],
      ["*****", "*****"],
      [`"${longest}"; charset=utf-8`, longest],
      ['"AaB03x  "', "AaB03x"],
    ] as const
  ) {
    const form = part("name=a", "1") + "--AaB03x--";
    const type = `Multipart/Form-Data; BOUNDARY=${given}`;
    assert.deepEqual(read(form.replaceAll("AaB03x", boundary), type).fields, { a: "1" }, given);
  }
});

Deno.test("readForm() refuses other boundaries, and none", () => {
  for (
    const end of [
      "",
      "; boundary=",
      '; boundary=""',
      "; boundary=ä",
      '; boundary="a',
      `; boundary=${"a".repeat(71)}`,
    ]
  ) {
    const message = "must have a boundary of 1 to 70 characters of ASCII";
    assert.match(refusal("--a--", `multipart/form-data${end}`), new RegExp(message), end);
  }
});

Deno.test("readForm() takes as many images, other fields and bytes of text as its limits say", () => {
  const full = part("name=image; filename=a", "JPEG").repeat(3) + part("name=a", "1").repeat(31) +
    part("name=b", "2".repeat(1024));
  const form = read(`${full}--AaB03x--`);
  assert.equal(form.inputs.length, 3);
  assert.deepEqual(form.fields, { a: "1", b: "2".repeat(1024) });
});

for (
  const [what, text, expected] of [
    [
      "images",
      part("name=image; filename=a", "JPEG").repeat(4),
      "too_many_images: Cannot embed as images of one request must be ≤ 3",
    ],
    [
      "other fields",
      part("name=a", "").repeat(33),
      "invalid_body: Cannot read body as fields of a form beside its images and texts must be ≤ 32",
    ],
    [
      "inputs without a file",
      part('name=a; filename=""', "").repeat(33),
      "invalid_body: Cannot read body as fields of a form beside its images and texts must be ≤ 32",
    ],
    [
      "text",
      part("name=a", "1".repeat(1025)),
      "invalid_body: Cannot read body as bytes of a form's field that is neither a photo nor called image, images, text or texts must be ≤ 1024: current value is 1025",
    ],
    [
      "head",
      part(`name=a\r\nX-Any: ${"a".repeat(20_000)}`, "1"),
      "invalid_body: Cannot read body as bytes of the head of a form's part must be ≤ 16384",
    ],
  ] as const
) {
  Deno.test(`readForm() refuses too much of ${what} at once, without reading on`, () => {
    const [delimiter] = part("name=a", "").split("\r\n");
    assert.equal(refusal(`${text}${delimiter}\r\nbroken`), expected);
  });
}

Deno.test("readFormField() finds a field's text, and does not look at what is behind it", () => {
  const find = (text: string) => readFormField(encoder.encode(text), TYPE, "entries");
  const entries = part('name="entries"', "{}");
  const photo = part('name="image"; filename="blob"', "\r\n--AaB03");
  assert.equal(find(`${photo}${entries}--AaB03x--`), "{}");
  assert.equal(find(`${entries}${part('name="entries"', "later")}--AaB03x`), "{}");
  assert.equal(find(`${photo}--AaB03x--`), undefined);
  assert.equal(thrownBy(() => find(photo)).code, "invalid_body");
  const others = (count: number) => part('name="a"', "").repeat(count);
  assert.equal(find(`${others(31)}${entries}--AaB03x--`), "{}");
  assert.equal(find(`${others(32)}${entries}--AaB03x--`), undefined);
});
