/** What /openapi.json says, held to OpenAPI's schema, and the gateway held to what it says, by thousands of requests. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startGateway, type TestGateway } from "../harness.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { pythonEnvironment } from "../python_environment.ts";
import { towerRepository, TOWERS } from "../towers/tower_repository.ts";

const KEY = "a-key-of-test-0123456";
/** Random requests an operation and kind, good or bad, beside some 6,000 that follow from the document. */
const EXAMPLES = Deno.env.get("OPENAPI_EXAMPLES") ?? "8";
/** Of this process, which is the gateway as well: some 300 MB before. */
const MEMORY_BYTES_MAX = 1.5 * 2 ** 30;

const programs = await pythonEnvironment("openapi", new URL("./requirements.txt", import.meta.url));

/** With a model of images and one of words in one space, and a key. */
async function startTowers(repository: string): Promise<TestGateway> {
  return await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository,
    GATEWAY_MODELS: [TOWERS.image, TOWERS.text].join(),
    GATEWAY_API_KEYS: KEY,
    GATEWAY_LOG_LEVEL: "warn",
  });
}

async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(`${programs}/${program}`, {
    args: [...args],
    cwd,
    stdin: "null",
    env: {
      NO_COLOR: "1",
      COLUMNS: "200",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONPATH: fileURLToPath(new URL(".", import.meta.url)),
      SCHEMATHESIS_HOOKS: "hooks",
      OPENAPI_MODELS: [TOWERS.image, TOWERS.text].join(),
      OPENAPI_PHOTOS: fileURLToPath(new URL("../photos", import.meta.url)),
    },
  }).output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, `${program} failed:\n${text}${errors}`);
  return text ?? "";
}

Deno.test("/openapi.json is OpenAPI 3.1", async () => {
  await using repository = await towerRepository();
  await using gateway = await startTowers(repository.path);
  await using folder = await temporaryFolder();
  const document = await (await fetch(`${gateway.url}/openapi.json`)).text();
  await Deno.writeTextFile(`${folder.path}/openapi.json`, document);
  await run("python", ["-m", "openapi_spec_validator", "openapi.json"], folder.path);
});

Deno.test("schemathesis finds no reply that /openapi.json does not say, and no harm is done", async (test) => {
  await using repository = await towerRepository();
  await using gateway = await startTowers(repository.path);
  await using folder = await temporaryFolder();
  const config = fileURLToPath(new URL("./schemathesis.toml", import.meta.url));
  const report = await run("st", [
    ...["--config-file", config, "run", `${gateway.url}/openapi.json`],
    ...["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES],
    ...["--header", `Authorization: Bearer ${KEY}`, "--request-timeout", "20"],
  ], folder.path);
  const requests = Number(/^ +(\d+) generated/m.exec(report)?.[1]);
  assert.ok(requests > 1000, report);
  // A step, as it is the only way to say a number.
  await test.step(`${requests} requests: 0 failures, and the gateway is well`, async () => {
    await assertWell(gateway);
  });
});

async function assertWell(gateway: TestGateway): Promise<void> {
  const ready = await fetch(`${gateway.url}/readyz`);
  assert.deepEqual([ready.status, (await ready.json()).status], [200, "ready"]);
  assert.deepEqual(gateway.log.filter(({ level }) => level === "error"), []);
  const { rss } = Deno.memoryUsage();
  assert.ok(rss < MEMORY_BYTES_MAX, `${rss} bytes`);
}
