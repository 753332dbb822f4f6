import assert from "node:assert/strict";
import { ClientNames } from "./client_name.ts";

const ADDRESS: Deno.NetAddr = { transport: "tcp", hostname: "10.0.0.7", port: 0 };

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
    assert.equal(new ClientNames({ addressHeader }).of(headers, ADDRESS), name);
  });
}

Deno.test("ClientNames.of() has one name for all who come by a socket without addresses", () => {
  const names = new ClientNames({ addressHeader: "" });
  assert.equal(names.of(new Headers(), { transport: "unix", path: "/run/gateway.sock" }), "");
});
