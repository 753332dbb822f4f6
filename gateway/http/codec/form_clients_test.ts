/** Forms with a photo and an option, byte for byte as clients write them. */
import assert from "node:assert/strict";
import { readForm } from "./form.ts";

const LIMITS = { imagesMax: 3, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
/** Its first bytes are a photo's; behind them stands what a parser could trip over. */
const PHOTO = "\xff\xd8\xff\xe0\r\n--\r\n\r\n\0--b-\r\n";

interface Client {
  readonly name: string;
  /** Behind `multipart/form-data; boundary=`. */
  readonly boundary: string;
  /** The head of the photo's part. */
  readonly photo: readonly string[];
  /** The head of the option's part. */
  readonly option: readonly string[];
  /** Behind the last delimiter. */
  readonly end?: string;
}

/** `form-data` in quotes, the photo with a type: what most clients write. */
function usual(name: string, boundary: string, type = "image/jpeg"): Client {
  return {
    name,
    boundary,
    photo: [
      'Content-Disposition: form-data; name="image"; filename="my photo.jpg"',
      ...type === "" ? [] : [`Content-Type: ${type}`],
    ],
    option: ['Content-Disposition: form-data; name="normalize"'],
  };
}

const CLIENTS: readonly Client[] = [
  usual("curl", "------------------------d74496d66958873e"),
  usual("Chrome, Safari", "----WebKitFormBoundary7MA4YWxkTrZu0gW"),
  usual("Firefox", "---------------------------9051914041544843365972754266"),
  usual("undici", "----formdata-undici-044523217637"),
  usual("requests", "0f7ac4b4a3f84f0bba5c8a3b1f0d9a11", ""),
  usual("Go, mime/multipart", "d06b2bd4b7c0c3", "application/octet-stream"),
  usual("Alamofire", "alamofire.boundary.5b1e2f0d9a11c3d4"),
  {
    name: "requests with (None, bytes)",
    boundary: "0f7ac4b4a3f84f0bba5c8a3b1f0d9a11",
    photo: ['Content-Disposition: form-data; name="image"'],
    option: ['Content-Disposition: form-data; name="normalize"'],
  },
  {
    name: "aiohttp",
    boundary: "6f1c7ad9b2",
    photo: [
      "Content-Type: image/jpeg",
      `Content-Disposition: form-data; name="image"; filename="a.jpg"; filename*=utf-8''a.jpg`,
      `Content-Length: ${PHOTO.length}`,
    ],
    option: [
      "Content-Type: text/plain; charset=utf-8",
      'Content-Disposition: form-data; name="normalize"',
    ],
  },
  {
    name: ".NET, MultipartFormDataContent",
    boundary: '"a1b2c3d4-0000-4000-8000-0123456789ab"',
    photo: [
      "Content-Type: image/jpeg",
      "Content-Disposition: form-data; name=image; filename=a.jpg; filename*=utf-8''a.jpg",
    ],
    option: [
      "Content-Type: text/plain; charset=utf-8",
      "Content-Disposition: form-data; name=normalize",
    ],
  },
  {
    name: "Dart, http",
    boundary: "dart-http-boundary-+a.b_c3Zq",
    photo: [
      "content-type: image/jpeg",
      'content-disposition: form-data; name="image"; filename="a%22b.jpg"',
    ],
    option: [
      'content-disposition: form-data; name="normalize"',
      "content-type: text/plain; charset=utf-8",
      "content-transfer-encoding: binary",
    ],
    end: "\r\n",
  },
  {
    name: "OkHttp",
    boundary: "5e3f1c2a-7b1d-4c8e-9f0a-1b2c3d4e5f60",
    photo: [
      'Content-Disposition: form-data; name="image"; filename="a.jpg"',
      "Content-Type: image/jpeg",
      `Content-Length: ${PHOTO.length}`,
    ],
    option: ['Content-Disposition: form-data; name="normalize"', "Content-Length: 5"],
  },
  {
    name: "Apache HttpClient",
    boundary: "kPkX8Fz_0-Vf5w2Wn",
    photo: [
      'Content-Disposition: form-data; name="image"; filename="a.jpg"',
      "Content-Type: image/jpeg",
      "Content-Transfer-Encoding: binary",
    ],
    option: [
      'Content-Disposition: form-data; name="normalize"',
      "Content-Type: text/plain; charset=ISO-8859-1",
      "Content-Transfer-Encoding: 8bit",
    ],
  },
  {
    name: "URLSession by hand, without a file's name",
    boundary: "Boundary-7A1C",
    photo: ["Content-Disposition:form-data; name=image", "Content-Type: image/jpeg"],
    option: ["Content-Disposition:form-data; name=normalize"],
    end: "\r\n\r\n",
  },
  {
    name: "PHP, Guzzle",
    boundary: "b0c1d2e3f4a5968778695a4b3c2d1e0f12345678",
    photo: [
      'Content-Disposition: form-data; name="image"; filename="a.jpg"',
      `Content-Length: ${PHOTO.length}`,
      "Content-Type: image/jpeg",
    ],
    option: ['Content-Disposition: form-data; name="normalize"', "Content-Length: 5"],
  },
];

for (const { name, boundary, photo, option, end = "\r\n" } of CLIENTS) {
  Deno.test(`readForm() reads the form of ${name}`, () => {
    const delimiter = `--${boundary.replaceAll('"', "")}`;
    const part = (head: readonly string[], content: string) =>
      `${delimiter}\r\n${head.join("\r\n")}\r\n\r\n${content}\r\n`;
    const text = `${part(photo, PHOTO)}${part(option, "false")}${delimiter}--${end}`;
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const type = `multipart/form-data; boundary=${boundary}`;
    assert.deepEqual(readForm(bytes, type, LIMITS), {
      inputs: [Uint8Array.from(PHOTO, (character) => character.charCodeAt(0))],
      modalities: ["image"],
      names: ["image", "normalize"],
      fields: { normalize: "false" },
    });
  });
}
