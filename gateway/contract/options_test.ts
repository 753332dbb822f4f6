import assert from "node:assert/strict";
import { thrownBy } from "../../testing/thrown.ts";
import { imageOptionsList, imageOptionsName, parseOptions } from "./options.ts";

const DEFAULTS = {
  encodingFormat: "float",
  normalize: true,
  orient: "none",
  decode: "exact",
  onError: "fail",
};

Deno.test("parseOptions() has defaults", () => {
  assert.deepEqual(parseOptions({}), DEFAULTS);
});

for (
  const [fields, expected] of [
    [{ encoding_format: "base64" }, { encodingFormat: "base64" }],
    [{ encoding_format: "float" }, {}],
    [{ normalize: false }, { normalize: false }],
    [{ normalize: "false" }, { normalize: false }],
    [{ normalize: true }, {}],
    [{ normalize: "true" }, {}],
    [{ orient: "exif" }, { orient: "exif" }],
    [{ orient: "none" }, {}],
    [{ decode: "fast" }, { decode: "fast" }],
    [{ decode: "exact" }, {}],
    [{ on_error: "item" }, { onError: "item" }],
    [{ on_error: "fail" }, {}],
  ] as const
) {
  Deno.test(`parseOptions() reads ${JSON.stringify(fields)}`, () => {
    assert.deepEqual(parseOptions(fields), { ...DEFAULTS, ...expected });
  });
}

for (
  const [fields, message] of [
    [{ encoding_format: "hex" }, "Cannot embed as option encoding_format must be float or base64"],
    [{ encoding_format: null }, "Cannot embed as option encoding_format must be float or base64"],
    [{ normalize: "yes" }, "Cannot embed as option normalize must be true or false"],
    [{ normalize: 1 }, "Cannot embed as option normalize must be true or false"],
    [{ normalize: "" }, "Cannot embed as option normalize must be true or false"],
    [{ orient: "EXIF" }, "Cannot embed as option orient must be none or exif"],
    [{ orient: ["exif"] }, "Cannot embed as option orient must be none or exif"],
    [{ decode: "draft" }, "Cannot embed as option decode must be exact or fast"],
    [{ decode: true }, "Cannot embed as option decode must be exact or fast"],
    [{ on_error: "skip" }, "Cannot embed as option on_error must be fail or item"],
  ] as const
) {
  Deno.test(`parseOptions() refuses ${JSON.stringify(fields)} and says what is allowed`, () => {
    const error = thrownBy(() => parseOptions(fields));
    assert.equal(error.code, "invalid_option");
    assert.equal(error.message, message);
  });
}

for (const name of ["normalise", "toString", "constructor", "__proto__", ""]) {
  Deno.test(`parseOptions() refuses the unknown option "${name}" without repeating it`, () => {
    const error = thrownBy(() => parseOptions(JSON.parse(`{"${name}": {"normalize": false}}`)));
    assert.equal(error.code, "invalid_option");
    assert.equal(
      error.message,
      "Cannot embed as options must be among model, encoding_format, normalize, orient, decode, on_error",
    );
  });
}

Deno.test("imageOptionsList() has every way from image to input, and each has a name of its own", () => {
  assert.deepEqual(imageOptionsList().map((options) => [imageOptionsName(options), options]), [
    ["none", { orient: "none", decode: "exact" }],
    ["exif", { orient: "exif", decode: "exact" }],
    ["fast_none", { orient: "none", decode: "fast" }],
    ["fast_exif", { orient: "exif", decode: "fast" }],
  ]);
});

Deno.test("parseOptions() gives the same object for the same few options, and reads long ones anew", () => {
  for (const fields of [{}, { normalize: false }, { orient: "exif" }]) {
    assert.equal(parseOptions({ ...fields }), parseOptions({ ...fields }), JSON.stringify(fields));
  }
  assert.notEqual(parseOptions({ normalize: false }), parseOptions({ normalize: true }));
});
