import assert from "node:assert/strict";
import { thrownBy } from "../../testing/thrown.ts";
import { BEARER } from "./codec/key_header.ts";
import { ApiKeys } from "./api_keys.ts";

const KEYS = ["first-key-0123456789", "second-key-012345678"];

const withKey = (authorization: string) => new Headers({ authorization });

Deno.test("ApiKeys.assertAny() lets everyone in without keys", () => {
  new ApiKeys([]).assertAny(new Headers(), BEARER);
  new ApiKeys([]).assertAny(withKey("Basic x"), BEARER);
});

for (const [index, key] of KEYS.entries()) {
  Deno.test(`ApiKeys accepts the key ${key}, whatever the case of Bearer, and knows which it is`, () => {
    const keys = new ApiKeys(KEYS);
    for (const headers of [withKey(`Bearer ${key}`), withKey(`bearer ${key}`)]) {
      keys.assertAny(headers, BEARER);
      assert.equal(keys.indexOf(headers, BEARER), index);
    }
  });
}

for (
  const [what, headers] of [
    ["no header", new Headers()],
    ["an empty header", withKey("")],
    ["an empty token", withKey("Bearer ")],
    ["an unknown key", withKey("Bearer third-key-0123456789")],
    ["the start of a key", withKey(`Bearer ${KEYS[0]?.slice(0, -1)}`)],
    ["a key and more", withKey(`Bearer ${KEYS[0]}0`)],
    ["both keys", withKey(`Bearer ${KEYS.join(",")}`)],
    ["another scheme", withKey(`Basic ${KEYS[0]}`)],
    ["another scheme before it", withKey(`Basic Bearer ${KEYS[0]}`)],
    ["the key alone", withKey(KEYS[0] as string)],
  ] as const
) {
  Deno.test(`ApiKeys.assertAny() refuses ${what}`, () => {
    const error = thrownBy(() => new ApiKeys(KEYS).assertAny(headers, BEARER));
    assert.equal(error.code, "unauthorized");
    assert.equal(new ApiKeys(KEYS).indexOf(headers, BEARER), -1);
    assert.doesNotMatch(error.message, /key-0123/);
  });
}
