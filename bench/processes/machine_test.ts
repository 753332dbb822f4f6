import assert from "node:assert/strict";
import { withoutHosts } from "./machine.ts";

Deno.test("withoutHosts() keeps flags, models and ports, and no host", () => {
  const args = [
    "--triton",
    "a100=http://gpu7.example.com:8000,clip",
    "--gateway",
    "http://10.0.0.4/",
  ];
  assert.equal(
    withoutHosts(args),
    "--triton a100=http://HOST:8000,clip --gateway http://HOST/",
  );
});
