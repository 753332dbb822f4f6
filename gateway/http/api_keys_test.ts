import assert from "node:assert/strict";
import { thrownBy } from "../../testing/thrown.ts";
import { BEARER } from "./codec/key_header.ts";
import { ApiKeys } from "./api_keys.ts";

const KEYS = ["first-key-0123456789", "second-key-012345678"];

const NONE = { headers: new Headers() };

const withKey = (authorization: string) => ({ headers: new Headers({ authorization }) });

Deno.test("ApiKeys.assertAny() lets everyone in without keys", () => {
  new ApiKeys([]).assertAny(NONE, BEARER);
  new ApiKeys([]).assertAny(withKey("Basic x"), BEARER);
});

for (const [index, key] of KEYS.entries()) {
  Deno.test(`ApiKeys accepts the key ${key}, whatever the case of Bearer and the blanks after it, and knows which it is`, () => {
    const keys = new ApiKeys(KEYS);
    for (const request of [`Bearer ${key}`, `bearer ${key}`, `Bearer  ${key}`].map(withKey)) {
      keys.assertAny(request, BEARER);
      assert.equal(keys.indexOf(request, BEARER), index);
    }
  });
}

const MISSING =
  "Cannot accept request: it has no API key: send one as header Authorization: Bearer KEY";
const UNKNOWN =
  "Cannot accept request: its API key is unknown to this gateway: send another one as header Authorization: Bearer KEY";

for (
  const [what, request, message] of [
    ["no header", NONE, MISSING],
    ["an empty header", withKey(""), MISSING],
    ["an empty token", withKey("Bearer "), MISSING],
    ["an unknown key", withKey("Bearer third-key-0123456789"), UNKNOWN],
    ["the start of a key", withKey(`Bearer ${KEYS[0]?.slice(0, -1)}`), UNKNOWN],
    ["a key and more", withKey(`Bearer ${KEYS[0]}0`), UNKNOWN],
    ["both keys", withKey(`Bearer ${KEYS.join(",")}`), UNKNOWN],
    ["another scheme", withKey(`Basic ${KEYS[0]}`), MISSING],
    ["another scheme before it", withKey(`Basic Bearer ${KEYS[0]}`), MISSING],
    ["the key alone", withKey(KEYS[0] as string), MISSING],
  ] as const
) {
  Deno.test(`ApiKeys.assertAny() refuses ${what}, and says which of both it is`, () => {
    const error = thrownBy(() => new ApiKeys(KEYS).assertAny(request, BEARER));
    assert.equal(error.code, "unauthorized");
    assert.equal(new ApiKeys(KEYS).indexOf(request, BEARER), -1);
    assert.equal(error.message, message);
  });
}

Deno.test("ApiKeys finds a key in the query, where a dialect's header looks there", () => {
  const keys = new ApiKeys(KEYS);
  const request = { headers: new Headers(), url: `http://localhost/a?key=${KEYS[1]}` };
  const query = { hint: "?key=KEY", read: (_: Headers, url = "") => url.split("key=")[1] ?? "" };
  assert.equal(keys.indexOf(request, query), 1);
  keys.assertAny(request, query);
  assert.throws(() => keys.assertAny(request, BEARER), /it has no API key/);
  assert.throws(
    () => keys.assertAny({ ...request, url: "http://localhost/a" }, query),
    /no API key/,
  );
});
