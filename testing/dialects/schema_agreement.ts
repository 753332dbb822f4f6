/**
 * What a schema says of a request, a dialect's `decode` says as well: the description of the API is made of the one, and
 * clients meet the other.
 */
import assert from "node:assert/strict";
import { encodedRequest } from "../encoded_request.ts";
import { GatewayError } from "../../gateway/contract/errors.ts";
import { EXAMPLE_PHOTO } from "../../gateway/http/codec/input_schemas.ts";
import type { Dialect } from "../../gateway/http/dialects/dialect.ts";
import fc from "../fast_check.ts";

/** So much of everything that no request of this test has more. */
const LIMITS = { imagesMax: 1e6, imageBytesMax: 1e6, textsMax: 1e6, textCharactersMax: 1e6 };

const IMAGE = fc.constantFrom(EXAMPLE_PHOTO, `data:image/jpeg;base64,${EXAMPLE_PHOTO}`);
/** All of them base64 as well. */
const TEXT = fc.constantFrom("", "text", "true", "fast", "none", "1234", "0000", "abcd");
const STRING = fc.oneof(IMAGE, TEXT);
const SCALAR = fc.oneof(
  STRING,
  fc.constantFrom(null, true, false, 0, 1, -1, 0.5, 2 ** 53, 512),
);

/** An object of some of the fields of a name each, right or wrong. */
function objectOf(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  return fc.record({ ...fields }, { requiredKeys: [] });
}

const INPUT = objectOf({ image: SCALAR, text: SCALAR, other: fc.constant(null) });
const GOOD_INPUT = fc.oneof(fc.record({ image: IMAGE }), fc.record({ text: STRING }));
const GOOD = fc.oneof(
  GOOD_INPUT,
  IMAGE,
  fc.array(IMAGE, { minLength: 1, maxLength: 2 }),
  fc.array(GOOD_INPUT, { minLength: 1, maxLength: 2 }),
);
const URL_OBJECT = objectOf({ url: SCALAR });
const PART = fc.oneof(
  STRING,
  objectOf({
    type: fc.constantFrom("text", "input_text", "image_url", "input_image", "audio", null, 1),
    text: SCALAR,
    image: fc.oneof(SCALAR, URL_OBJECT),
    image_url: fc.oneof(SCALAR, URL_OBJECT),
    image_base64: SCALAR,
    other: SCALAR,
  }),
  objectOf({ type: fc.constant("image_url"), image_url: URL_OBJECT }),
  objectOf({ type: fc.constant("text"), text: TEXT }),
);
const MESSAGE = objectOf({
  role: fc.constantFrom("user", 1),
  image: IMAGE,
  content: fc.oneof(PART, PART, SCALAR, fc.array(fc.oneof(PART, SCALAR), { maxLength: 3 })),
});
const ANY = fc.oneof(
  SCALAR,
  INPUT,
  PART,
  MESSAGE,
  fc.array(STRING, { maxLength: 3 }),
  fc.array(fc.oneof(INPUT, SCALAR), { maxLength: 3 }),
  fc.array(fc.oneof(PART, MESSAGE, SCALAR), { maxLength: 3 }),
  fc.array(MESSAGE, { maxLength: 2 }),
  fc.array(fc.array(MESSAGE, { maxLength: 2 }), { maxLength: 2 }),
);

const OPTIONS = {
  encoding_format: fc.constantFrom("float", "base64", "ubinary", null, 1),
  normalize: fc.constantFrom(true, false, "true", "yes", null),
  orient: fc.constantFrom("none", "exif", "up"),
  decode: fc.constantFrom("exact", "fast", true),
};

/** Which fields of a dialect's requests are tried, beside options. */
export interface TriedFields {
  /** Of which a request has one. */
  readonly main: readonly string[];
  readonly others: readonly string[];
  /** What no schema says of a body, to which nothing is held. */
  readonly isBeyond?: (body: object) => boolean;
}

/** Bodies most of which have one of the main fields, some of the others, and now and then several that exclude each other. */
function bodiesOf({ main, others }: TriedFields): fc.Arbitrary<object> {
  const all = Object.fromEntries([...main, ...others].map((name) => [name, ANY]));
  const few = fc.record({ ...all, ...OPTIONS }, { requiredKeys: [] });
  const one = fc.tuple(
    fc.constantFrom(...main),
    fc.oneof(ANY, ...others.includes("candidates") ? [GOOD_INPUT, GOOD_INPUT] : [GOOD]),
    fc.array(fc.oneof(GOOD_INPUT, INPUT), { maxLength: 2 }),
  )
    .map(([name, value, candidates]) => ({
      [name]: value,
      ...others.includes("candidates") && { candidates },
    }));
  const options = objectOf(OPTIONS) as fc.Arbitrary<object>;
  return fc.oneof(
    few,
    one,
    fc.tuple(one, options).map(([body, given]) => ({ ...given, ...body })),
    fc.tuple(one, fc.constantFrom(...others), ANY)
      .map(([body, name, value]) => ({ [name]: value, ...body })),
  );
}

/** Null is what typed clients write for what was not set. */
function given(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function decodes(dialect: Dialect, body: object): boolean {
  try {
    dialect.decode(encodedRequest(body), LIMITS);
    return true;
  } catch (error) {
    assert.ok(error instanceof GatewayError);
    // What else it says is beyond schemas: it reads images before names, some of which are wrong as well.
    fc.pre(/^(?:invalid_body|invalid_option|modality_not_supported)$/.test(error.code));
    return false;
  }
}

/**
 * Tries bodies, right and wrong in many ways.
 *
 * @throws {Error} for one on which the dialect's schema and its `decode` do not agree.
 */
export function assertSchemaAgrees(dialect: Dialect, fields: TriedFields, numRuns = 5000): void {
  const counts = { good: 0, bad: 0 };
  fc.assert(
    fc.property(bodiesOf(fields), (body) => {
      fc.pre(fields.isBeyond?.(body) !== true);
      const isGood = decodes(dialect, body);
      counts[isGood ? "good" : "bad"]++;
      assert.equal(dialect.schemas.request.safeParse(given(body)).success, isGood);
    }),
    { numRuns },
  );
  // Else it would prove nothing.
  assert.ok(counts.good > 150 && counts.bad > 150, JSON.stringify(counts));
}
