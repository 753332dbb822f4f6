import assert from "node:assert/strict";
import { matchesAny, matchesPattern } from "./path_pattern.ts";

Deno.test("matchesPattern() keeps a single star within one folder", () => {
  assert.ok(matchesPattern("gateway/engine/ort_worker.ts", "gateway/engine/*worker*.ts"));
  assert.ok(!matchesPattern("gateway/engine/ort/worker.ts", "gateway/engine/*worker*.ts"));
});

Deno.test("matchesPattern() lets a double star cross folders, or none", () => {
  assert.ok(matchesPattern("main.ts", "**/main.ts"));
  assert.ok(matchesPattern("a/b/main.ts", "**/main.ts"));
  assert.ok(!matchesPattern("a/domain.ts", "**/main.ts"));
  assert.ok(matchesPattern("model/a/b.ts", "model/**"));
});

Deno.test("matchesPattern() takes a dot literally", () => {
  assert.ok(!matchesPattern("gateway/mainXts", "gateway/main.ts"));
});

Deno.test("matchesAny() needs one matching pattern", () => {
  assert.ok(matchesAny("a.ts", ["b.ts", "a.ts"]));
  assert.ok(!matchesAny("a.ts", []));
});
