import assert from "node:assert/strict";
import { LINK_PROFILES, type LinkProfile } from "../link/profile.ts";
import { clientsFor } from "./scaling.ts";

Deno.test("clientsFor() keeps GPUs busy, but fills a slow link with few", () => {
  const wan = LINK_PROFILES.wan as LinkProfile;
  const fast = LINK_PROFILES["fast-wan"] as LinkProfile;
  assert.equal(clientsFor(fast, 4, 10_000), 96);
  assert.equal(clientsFor(wan, 1, 10_000), 24);
  assert.equal(clientsFor(wan, 4, 602_112), 13);
  assert.equal(clientsFor({ ...wan, mbitPerSecond: 1 }, 4, 602_112), 2);
});
