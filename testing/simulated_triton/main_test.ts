import assert from "node:assert/strict";
import { TextLineStream } from "../../bench/processes/commands.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { startChild } from "../child_gateway.ts";
import { testLinux } from "../platform_tests.ts";
import type { SimulatedServer } from "./main.ts";

const ROOT = new URL("../../", import.meta.url);

testLinux(
  "a gateway takes the simulated Triton for one, and waits as long as its GPU does",
  async () => {
    const options: SimulatedServer = {
      ...{ model: "dct_512", gpus: 1, batchMax: 8 },
      curve: { batchMs: 300, imageMs: 1 },
    };
    await using triton = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-A", "testing/simulated_triton/main.ts", JSON.stringify(options)],
      cwd: ROOT,
      stdout: "piped",
    }).spawn();
    const lines = triton.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
    const { value: tritonUrl = "" } = await lines.read();
    await using gateway = await startChild({
      env: {
        GATEWAY_ENGINE: "triton",
        GATEWAY_TRITON_URL: tritonUrl,
        GATEWAY_MODEL: "dct_512",
        GATEWAY_HOST: "127.0.0.1",
      },
    });
    const photo = await Deno.readFile(new URL("models/contract/golden_photo.jpg", ROOT));
    const started = performance.now();
    const headers = { "content-type": "image/jpeg" };
    const response = await fetch(`${gateway.url}/embed`, { method: "POST", headers, body: photo });
    const { embedding } = await response.json();
    assert.equal(response.status, 200);
    assert.ok(performance.now() - started >= 300);
    const golden = await new ModelFolder(new URL("model_repository/", ROOT), "dct_512").golden();
    // The reply's is of length 1.
    const length = Math.hypot(...golden.embedding);
    assert.ok(
      golden.embedding.every((value, at) => Math.abs(value / length - embedding[at]) < 1e-6),
    );
    triton.kill("SIGTERM");
    await lines.cancel();
  },
);
