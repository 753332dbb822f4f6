import assert from "node:assert/strict";
import { missingToolsText } from "./native_build.ts";

Deno.test("missingToolsText() says of every missing tool what it is for, and of no other", () => {
  const lines = missingToolsText(["cargo", "nasm"]).split("\n");
  assert.match(lines[0] ?? "", /without these, or leave --native out/);
  assert.deepEqual(lines.slice(1).map((line) => line.trim().split(":")[0]), ["cargo", "nasm"]);
  assert.match(lines[1] ?? "", /rustup/);
});
