import assert from "node:assert/strict";
import { ApiKeys } from "./api_keys.ts";
import { ClientNames } from "./client_name.ts";
import { BEARER } from "./codec/key_header.ts";

const ADDRESS: Deno.NetAddr = { transport: "tcp", hostname: "10.0.0.7", port: 0 };
const KEYS = ["first-key-0123456789", "second-key-012345678"];

function namesOf(
  { addressHeader = "", keys = [] }: { readonly addressHeader?: string; readonly keys?: string[] },
): ClientNames {
  return new ClientNames({ addressHeader, apiKeys: new ApiKeys(keys) });
}

for (
  const [what, addressHeader, forwarded, name] of [
    ["the address of the connection", "", "1.2.3.4", "10.0.0.7"],
    ["what the trusted proxy says", "X-Forwarded-For", "1.2.3.4", "1.2.3.4"],
    ["the last entry, which the proxy wrote", "X-Forwarded-For", "6.6.6.6, 1.2.3.4", "1.2.3.4"],
    ["the address where the proxy says nothing", "X-Forwarded-For", "", "10.0.0.7"],
    ["no more than an address is long", "X-Forwarded-For", "x".repeat(99), "x".repeat(64)],
  ] as const
) {
  Deno.test(`ClientNames.of() is ${what}`, () => {
    const headers = new Headers({ "x-forwarded-for": forwarded });
    assert.equal(namesOf({ addressHeader }).of({ headers }, ADDRESS, BEARER), name);
  });
}

Deno.test("ClientNames.of() has one name for all who come by a socket without addresses", () => {
  const address = { transport: "unix", path: "/run/gateway.sock" } as const;
  assert.equal(namesOf({}).of({ headers: new Headers() }, address, BEARER), "");
});

Deno.test("ClientNames.of() has a name for each key, wherever it comes from", () => {
  const names = namesOf({ addressHeader: "X-Forwarded-For", keys: KEYS });
  const nameOf = (key: string, hostname: string) =>
    names.of(
      { headers: new Headers({ authorization: `Bearer ${key}`, "x-forwarded-for": hostname }) },
      { ...ADDRESS, hostname },
      BEARER,
    );
  const [first = "", second = ""] = KEYS;
  assert.equal(nameOf(first, "10.0.0.7"), nameOf(first, "10.0.0.8"));
  assert.notEqual(nameOf(first, "10.0.0.7"), nameOf(second, "10.0.0.7"));
});

Deno.test("ClientNames.of() has no name for whoever has no key, or a wrong one", () => {
  const names = namesOf({ addressHeader: "X-Forwarded-For", keys: KEYS });
  for (const authorization of ["", "Bearer ", "Bearer guessed-key-0123456"]) {
    const headers = new Headers({ authorization, "x-forwarded-for": "1.2.3.4" });
    assert.equal(names.of({ headers }, ADDRESS, BEARER), undefined);
  }
});
