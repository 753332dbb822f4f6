import assert from "node:assert/strict";
import { Access, newToken } from "./access.ts";

const TOKEN = newToken();
const access = new Access(8123, TOKEN);

function statusOf(headers: Record<string, string>): number | undefined {
  const all = new Headers({ authorization: `Bearer ${TOKEN}`, ...headers });
  return access.refuseData(all)?.status;
}

Deno.test("newToken() is of 256 bits, and another one each time", () => {
  assert.match(TOKEN, /^[\w-]{43}$/);
  assert.notEqual(newToken(), TOKEN);
});

Deno.test("Access.refuseHost() lets two names of this machine in, with the port", () => {
  for (const host of ["127.0.0.1:8123", "localhost:8123"]) {
    assert.equal(access.refuseHost(new Headers({ host })), undefined);
  }
  for (
    const host of ["evil.example:8123", "127.0.0.1", "127.0.0.1:80", "localhost:8123.evil", ""]
  ) {
    assert.equal(access.refuseHost(new Headers({ host }))?.status, 421, host);
  }
  assert.equal(access.refuseHost(new Headers())?.status, 421);
});

Deno.test("Access.refuseData() wants the token, whole", () => {
  assert.equal(statusOf({}), undefined);
  const others = ["", TOKEN, "Bearer", "Bearer ", `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`];
  for (const authorization of [...others, `Basic ${TOKEN}`]) {
    assert.equal(statusOf({ authorization }), 401, authorization);
  }
});

Deno.test("Access.refuseData() gives other sites nothing, even with the token", () => {
  for (const origin of ["http://127.0.0.1:8123", "http://localhost:8123"]) {
    assert.equal(statusOf({ origin, "sec-fetch-site": "same-origin" }), undefined);
  }
  assert.equal(statusOf({ "sec-fetch-site": "none" }), undefined);
  for (const origin of ["http://evil.example", "http://127.0.0.1:8124", "null", ""]) {
    assert.equal(statusOf({ origin }), 403, origin);
  }
  for (const site of ["cross-site", "same-site"]) {
    assert.equal(statusOf({ "sec-fetch-site": site }), 403, site);
  }
});
