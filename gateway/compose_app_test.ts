import assert from "node:assert/strict";
import { TEST_INFO } from "../testing/app_harness.ts";
import { testFile } from "../testing/harness.ts";
import { RecordingTelemetry } from "../testing/recording_telemetry.ts";
import { postJpeg } from "../testing/requests.ts";
import { composeApp } from "./compose_app.ts";
import { parseConfig } from "./config/config.ts";

const CAT = await testFile("photos/cat.jpg");

Deno.test("composeApp() serves without a socket, by parts that it is given, until it is told to refuse", async () => {
  await using stack = new AsyncDisposableStack();
  const { config } = parseConfig({ GATEWAY_MODEL_THREADS: "1" });
  const parts = {
    telemetry: new RecordingTelemetry(),
    info: () => TEST_INFO,
    metricsText: () => Promise.resolve("gateway_ready 1\n"),
  };
  const { app, models, refuse } = await composeApp(config, parts, stack);
  await models.check();
  const get = async (path: string) => await app(new Request(`http://localhost${path}`));
  assert.equal((await (await get("/info")).json()).version, TEST_INFO.version);
  assert.match(await (await get("/metrics")).text(), /^gateway_ready 1\n/);
  const embed = async () => {
    const response = await app(new Request("http://localhost/embed", postJpeg(CAT)));
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await embed(), 200);
  refuse();
  assert.equal(await embed(), 503);
});
