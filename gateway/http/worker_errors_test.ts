/** What becomes of an error that is nobody's but the program's, on its way from a worker to the log. */
import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import { testFile } from "../../testing/harness.ts";
import { postJpeg } from "../../testing/requests.ts";
import { createScriptedPool } from "../../testing/workers/scripted_pool.ts";
import { Logger } from "../telemetry/logger.ts";
import { Metrics } from "../telemetry/metrics.ts";
import { MetricsAndLogs } from "../telemetry/telemetry.ts";

const CAT = await testFile("photos/cat.jpg");
const CAUSE = "Cannot write input: No space left on device (at slot_writer.ts:1:1)";

Deno.test("an internal error in a worker reaches the log with its cause, and the client without", async () => {
  using pool = createScriptedPool();
  const message = "Cannot complete request because of an internal error";
  const job = { kind: "fail", code: "internal", message, cause: CAUSE } as const;
  const run = (_job: unknown, _transfer: Transferable[], signal: AbortSignal) =>
    pool.run(job, [], signal) as Promise<never>;
  await using app = await createTestApp({ workers: { run } });
  const response = await app.request("/embed", postJpeg(CAT));
  assert.equal(response.status, 500);
  const { error } = await response.json();
  assert.deepEqual([error.code, error.message], ["internal", message]);
  const lines: string[] = [];
  const settings = { logLevel: "info", logFormat: "json" } as const;
  const logs = new MetricsAndLogs(new Metrics(), new Logger(settings, (line) => lines.push(line)));
  for (const event of app.telemetry.requests) logs.requestAnswered(event);
  const { level, code, cause } = JSON.parse(lines[0] ?? "{}");
  assert.deepEqual([level, code, cause], ["error", "internal", CAUSE]);
});
