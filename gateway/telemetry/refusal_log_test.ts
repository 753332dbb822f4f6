import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { Logger } from "./logger.ts";
import { RefusalLog } from "./refusal_log.ts";

Deno.test("RefusalLog writes the first refusal at once, and then counts for a second", async () => {
  using clock = stopTime();
  const lines: string[] = [];
  const log = new RefusalLog(
    new Logger({ logLevel: "info", logFormat: "json" }, (line) => {
      const { message, route, code, requests } = JSON.parse(line);
      lines.push(`${message} ${route} ${code} ${requests}`);
    }),
  );
  for (let refusal = 0; refusal < 5000; refusal++) log.add("/embed", "overloaded");
  assert.deepEqual(lines.splice(0), ["requests refused /embed overloaded 1"]);
  await clock.tick(999);
  log.add("/embed", "overloaded");
  assert.deepEqual(lines, []);
  await clock.tick(1);
  log.add("/embed", "overloaded");
  log.add("/embed", "body_timeout");
  assert.deepEqual(lines.splice(0), ["requests refused /embed overloaded 5001"]);
  log.flush();
  assert.deepEqual(lines, ["requests refused /embed body_timeout 1"]);
});
