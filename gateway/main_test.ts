/** The program as it is started: arguments, exit codes, signals, and running out of file descriptors. */
import assert from "node:assert/strict";
import {
  type ChildGateway,
  type ChildOptions,
  runToEnd,
  startChild,
} from "../testing/child_gateway.ts";
import { testFile } from "../testing/harness.ts";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { testPosix } from "../testing/platform_tests.ts";
import { embedHead, RawClient } from "../testing/raw_client.ts";
import { status } from "../testing/requests.ts";
import { runTask } from "../testing/task.ts";

const CAT = await testFile("photos/cat.jpg");
const ROOT = new URL("../", import.meta.url);
const ENV = { GATEWAY_PORT: "0", GATEWAY_DECODE_WORKERS: "1", GATEWAY_MODEL_THREADS: "1" };

/** Starts the program with one worker and one thread, which is quickest. */
function start(options: ChildOptions = {}): Promise<ChildGateway> {
  return startChild({ ...options, env: { ...ENV, ...options.env } });
}

testPosix("gateway --help prints its usage and exits 0", async () => {
  const { code, stdout } = await runToEnd(["--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: deno task start/);
});

testPosix("gateway exits 64 at an unknown argument", async () => {
  const { code, stderr } = await runToEnd(["--port=1"]);
  assert.equal(code, 64);
  assert.match(stderr, /^Unknown option '--port'\n/);
});

testPosix(
  "gateway takes KServe's arguments where they say what settings do, else exits 64",
  async () => {
    const args = [
      "--check-config",
      "--model_name",
      "photos",
      "--http_port=8080",
      "--predictor_host",
    ];
    const env = {
      GATEWAY_MODEL_ALIASES: "photos=dct_512",
      GATEWAY_ENGINE: "triton",
      GATEWAY_TRITON_URL: "http://photos-predictor.default:9000",
    };
    const fitting = await runToEnd([...args, "photos-predictor.default"], env);
    assert.deepEqual([fitting.code, fitting.stderr], [0, ""]);
    const { code, stdout, stderr } = await runToEnd([...args, "photos-predictor.default"]);
    assert.deepEqual([code, stdout], [64, ""]);
    assert.match(stderr, /^--model_name [^\n]+\n--predictor_host [^\n]+\n$/);
  },
);

testPosix("gateway minds no Service called gateway, and a misspelt setting beside it", async () => {
  const links = {
    GATEWAY_SERVICE_HOST: "10.0.0.1",
    GATEWAY_SERVICE_PORT: "80",
    GATEWAY_SERVICE_PORT_HTTP: "80",
    GATEWAY_PORT_80_TCP: "tcp://10.0.0.1:80",
  };
  const checked = await runToEnd(["--check-config"], {
    ...links,
    GATEWAY_PORT: "tcp://10.0.0.1:80",
  });
  assert.equal(checked.code, 0);
  assert.match(checked.stdout, /^GATEWAY_PORT=8080$/m);
  assert.match(
    checked.stderr,
    /^ignored what Kubernetes sets .*; the port is the default, 8080\n$/,
  );
  const misspelt = await runToEnd([], { ...links, GATEWAY_SLOT: "1" });
  assert.deepEqual([misspelt.code, misspelt.stdout], [64, ""]);
  assert.match(misspelt.stderr, /^GATEWAY_SLOT is not a known setting[^\n]+\n$/);
  await using gateway = await start({ env: links });
  assert.equal(await status(fetch(`${gateway.url}/livez`)), 200);
});

testPosix("gateway exits 64 at a bad configuration and names every problem", async () => {
  const { code, stdout, stderr } = await runToEnd([], {
    GATEWAY_PORT: "http",
    GATEWAY_SLOTS: "0",
    GATEWAY_SLOT: "1",
  });
  assert.equal(code, 64);
  assert.equal(stdout, "");
  for (const name of ["GATEWAY_PORT", "GATEWAY_SLOTS", "GATEWAY_SLOT"]) {
    assert.match(stderr, new RegExp(`^${name} `, "m"));
  }
});

testPosix("gateway --check-config exits 64 at one bad setting", async () => {
  const { code, stdout, stderr } = await runToEnd(["--check-config"], { GATEWAY_SLOTS: "0" });
  assert.deepEqual([code, stdout], [64, ""]);
  assert.match(stderr, /^GATEWAY_SLOTS [^\n]+\n$/);
});

testPosix(
  "gateway --check-config prints the configuration without its secrets and exits 0",
  async () => {
    const { code, stdout } = await runToEnd(["--check-config"], {
      GATEWAY_API_KEYS: "a-key-of-test-0123456",
      GATEWAY_SLOTS: "77",
    });
    assert.equal(code, 0);
    assert.match(stdout, /^GATEWAY_SLOTS=77$/m);
    assert.match(stdout, /^# from 0: one a core and one more\nGATEWAY_DECODE_WORKERS=[1-9]/m);
    assert.match(stdout, /^# from 0: by the memory .*\nGATEWAY_MEMORY_BYTES_MAX=[1-9]\d+$/m);
    assert.match(
      stdout,
      /^# from model_repository: within the project\nGATEWAY_MODEL_REPOSITORY=\//m,
    );
    assert.match(stdout, /^GATEWAY_API_KEYS=<redacted>$/m);
    assert.doesNotMatch(stdout, /a-key-of-test/);
  },
);

testPosix("gateway reads a model repository whose path has blanks and commas", async () => {
  await using folder = await temporaryFolder();
  const repository = `${folder.path}/of models, here`;
  await Deno.mkdir(`${repository}/dct_512`, { recursive: true });
  for (const file of ["manifest.json", "golden.json"]) {
    await Deno.copyFile(
      new URL(`model_repository/dct_512/${file}`, ROOT),
      `${repository}/dct_512/${file}`,
    );
  }
  const env = { ...ENV, GATEWAY_MODEL_REPOSITORY: repository };
  await using gateway = await start({ env });
  assert.equal(await status(fetch(`${gateway.url}/readyz`)), 200);
});

testPosix(
  "deno task start grants a model repository whose path has blanks and commas, and says what is wrong with it",
  async () => {
    await using folder = await temporaryFolder();
    const repository = `${folder.path}/of models, here`;
    const ask = async () => {
      const env = { ...ENV, GATEWAY_MODEL_REPOSITORY: repository };
      const { code, stderr } = await runTask("start", [], { env });
      return [code, stderr.slice(stderr.indexOf("Cannot"))];
    };
    const cannot = `Cannot read model repository ${repository}: `;
    assert.deepEqual(await ask(), [64, `${cannot}there is no such folder\n`]);
    await Deno.mkdir(repository);
    assert.deepEqual(await ask(), [
      64,
      `Cannot find model dct_512 in repository ${repository}: it has no folder with a manifest.json: ` +
      "deno task model dct_512 --repository DIR begins one\n",
    ]);
    const env = { GATEWAY_MODEL_REPOSITORY: "a\nb" };
    const { code, stderr } = await runTask("start", ["--check-config"], { env });
    assert.equal(code, 64);
    assert.match(stderr, /^GATEWAY_MODEL_REPOSITORY must be a path without line breaks: /);
  },
);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  testPosix(`gateway answers what is in flight and exits 0 on ${signal}`, async () => {
    await using child = await start();
    using client = await RawClient.connect(child.url);
    await client.send(embedHead(`content-length: ${CAT.length}`, "expect: 100-continue"));
    assert.equal((await client.reply()).status, 100);
    child.process.kill(signal);
    await child.logged("draining");
    await client.send(CAT);
    assert.equal((await client.reply()).status, 200);
    assert.equal((await child.process.status).code, 0);
  });
}

testPosix("gateway exits 1 when a client holds it beyond the drain timeout", async () => {
  await using child = await start({ env: { GATEWAY_DRAIN_TIMEOUT_MS: "50" } });
  using client = await RawClient.connect(child.url);
  await client.send(embedHead(`content-length: ${CAT.length}`, "expect: 100-continue"));
  assert.equal((await client.reply()).status, 100);
  child.process.kill("SIGTERM");
  assert.equal((await child.process.status).code, 1);
});

testPosix(
  "gateway takes one Ctrl-C that reaches it twice, by the terminal and by deno task, for one",
  async () => {
    await using child = await start();
    using client = await RawClient.connect(child.url);
    await client.send(embedHead(`content-length: ${CAT.length}`, "expect: 100-continue"));
    assert.equal((await client.reply()).status, 100);
    child.process.kill("SIGINT");
    await child.logged("draining");
    child.process.kill("SIGINT");
    await client.send(CAT);
    assert.equal((await client.reply()).status, 200);
    assert.equal((await child.process.status).code, 0);
  },
);

testPosix("gateway exits at once on a second signal, if that is SIGINT", async () => {
  await using child = await start({ env: { GATEWAY_DRAIN_DELAY_MS: "60000" } });
  child.process.kill("SIGTERM");
  await child.logged("draining");
  child.process.kill("SIGINT");
  assert.equal((await child.process.status).code, 1);
});

testPosix("gateway goes on draining on a second SIGTERM", async () => {
  await using child = await start();
  using client = await RawClient.connect(child.url);
  await client.send(embedHead(`content-length: ${CAT.length}`, "expect: 100-continue"));
  assert.equal((await client.reply()).status, 100);
  child.process.kill("SIGTERM");
  await child.logged("draining");
  child.process.kill("SIGTERM");
  await client.send(CAT);
  assert.equal((await client.reply()).status, 200);
  assert.equal((await child.process.status).code, 0);
});

testPosix("gateway survives running out of file descriptors", async () => {
  await using child = await start({ filesMax: 100 });
  const clients: RawClient[] = [];
  const connect = () =>
    RawClient.connect(child.url).then((client) => clients.push(client), () => 0);
  try {
    // Until the listener failed, which is while it is shut.
    while (await connect()) assert.ok(clients.length < 1000);
    await child.logged("listener failed and is opened again");
  } finally {
    for (const client of clients) client.close();
  }
  let isServed = false;
  while (!isServed) {
    isServed = await fetch(`${child.url}/livez`).then(async (response) => {
      await response.body?.cancel();
      return response.ok;
    }, () => false);
  }
  using client = await RawClient.connect(child.url);
  await client.send(embedHead(`content-length: ${CAT.length}`), CAT);
  assert.equal((await client.reply()).status, 200);
});
