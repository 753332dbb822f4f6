import assert from "node:assert/strict";
import { thrownBy } from "../../testing/thrown.ts";
import { BEARER } from "./codec/key_header.ts";
import { createApiKeyCheck } from "./api_keys.ts";

const KEYS = ["first-key-0123456789", "second-key-012345678"];

const withKey = (authorization: string) => new Headers({ authorization });

Deno.test("createApiKeyCheck() lets everyone in without keys", () => {
  createApiKeyCheck([])(new Headers(), BEARER);
  createApiKeyCheck([])(withKey("Basic x"), BEARER);
});

for (const key of KEYS) {
  Deno.test(`createApiKeyCheck() accepts the key ${key}, whatever the case of Bearer`, () => {
    const check = createApiKeyCheck(KEYS);
    check(withKey(`Bearer ${key}`), BEARER);
    check(withKey(`bearer ${key}`), BEARER);
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
  Deno.test(`createApiKeyCheck() refuses ${what}`, () => {
    const error = thrownBy(() => createApiKeyCheck(KEYS)(headers, BEARER));
    assert.equal(error.code, "unauthorized");
    assert.doesNotMatch(error.message, /key-0123/);
  });
}
