/** Bodies that cost before any image is found in them. */
import { type Bomb, join, repeat, text } from "./bomb.ts";
import { PROGRESSIVE_BOMBS } from "./progressive_bombs.ts";

const MIB = 1024 * 1024;
/** What a body may have, and a bit less. */
const BODY_BYTES = 32 * MIB - 1024;
const BOUNDARY = "chaos";

const json = (body: Uint8Array<ArrayBuffer>) => ({ contentType: "application/json", body });
const form = (body: Uint8Array<ArrayBuffer>) => ({
  contentType: `multipart/form-data; boundary=${BOUNDARY}`,
  body,
});

/** All of this kind. */
export const BODY_BOMBS: readonly Bomb[] = [
  {
    name: "json_million_keys",
    about: "32 MiB of JSON with a million keys",
    statuses: [400, 413],
    make: () => {
      const keys = Array.from(
        { length: 1_000_000 },
        (_, index) => `"k${index}":"${"x".repeat(16)}"`,
      );
      return json(text(`{${keys.join(",")}}`));
    },
  },
  {
    name: "json_nested",
    about: "32 MiB of opening brackets",
    statuses: [400, 413],
    make: () => json(join(text('{"images":'), new Uint8Array(BODY_BYTES).fill(0x5b))),
  },
  {
    name: "json_escapes",
    about: "32 MiB of escaped letters where base64 is due",
    statuses: [400, 413, 415, 422],
    make: () =>
      json(
        join(
          text('{"image":"'),
          repeat(text("\\u0041"), Math.floor(BODY_BYTES / 6) - 8),
          text('"}'),
        ),
      ),
  },
  {
    name: "json_base64_nothing",
    about: "11 MB of base64 that is a JPEG of zeros",
    statuses: [413, 415, 422],
    make: () => json(text(`{"image":"/9j/${"A".repeat(10 * MIB)}"}`)),
  },
  {
    name: "json_32_bombs",
    about: "32 times the first bomb in one request",
    statuses: [413, 422, 429],
    make: () => {
      const [first] = PROGRESSIVE_BOMBS;
      const image = first?.make().body.toBase64() ?? "";
      return json(text(JSON.stringify({ images: Array(32).fill(image) })));
    },
  },
  {
    name: "form_tiny_parts",
    about: "a form of 200,000 parts of a byte",
    statuses: [400, 413],
    make: () => {
      const part = text(
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="image"\r\n\r\nx\r\n`,
      );
      return form(join(repeat(part, 200_000), text(`--${BOUNDARY}--\r\n`)));
    },
  },
  {
    name: "form_long_head",
    about: "a form whose part has a head of 32 MiB",
    statuses: [400, 413],
    make: () =>
      form(join(
        text(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="`),
        new Uint8Array(BODY_BYTES).fill(0x61),
        text(`"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`),
      )),
  },
  {
    name: "form_almost_boundaries",
    about: "a form of 32 MiB in which every line is nearly the boundary",
    statuses: [400, 413, 415, 422],
    make: () => {
      const line = text("\r\n--chao\r\n--chaoS");
      const head = text(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="image"\r\n\r\n`);
      const lines = repeat(line, Math.floor((BODY_BYTES - head.length) / line.length) - 4);
      return form(join(head, lines, text(`\r\n--${BOUNDARY}--\r\n`)));
    },
  },
];
