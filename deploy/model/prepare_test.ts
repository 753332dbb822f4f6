/** The one-shot service that prepares a model, run with a `deno` that exports a few bytes and notes its arguments. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testPosix } from "../../testing/platform_tests.ts";

const SCRIPT = fileURLToPath(new URL("prepare.sh", import.meta.url));
const EXIT_USAGE = 64;

interface Setup extends AsyncDisposable {
  readonly root: string;
  /** Runs the script; the result's `exports` are the arguments of every call of the exporter. */
  run(
    environment?: Record<string, string>,
    args?: string[],
  ): Promise<{ code: number; output: string; exports: string[] }>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
}

async function setUp(): Promise<Setup> {
  const root = await Deno.makeTempDir();
  const write = async (path: string, text: string) => {
    await Deno.mkdir(`${root}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  };
  await write(
    "bin/deno",
    `#!/bin/sh
while [ "$1" != models/export/main.ts ]; do shift; done
shift
echo "$@\${DENO_CERT:+ trusting \$DENO_CERT}" >> "${root}/exports"
case " $* " in *" --config-only "*) exit 0 ;; esac
[ -f "${root}/broken" ] && exit 3
for model; do :; done
mkdir -p "$MODEL_REPOSITORY/$model/1"
echo exported > "$MODEL_REPOSITORY/$model/1/model.onnx"
echo golden > "$MODEL_REPOSITORY/$model/golden.json"
`,
  );
  await Deno.chmod(`${root}/bin/deno`, 0o755);
  await write("shipped/a/manifest.json", "a1");
  await write("shipped/a/config.pbtxt", "config a1");
  await write("shipped/b/manifest.json", "b1");
  await write("shipped/b/golden.json", "golden b1");
  await write("exporter.sha256", "1");
  await Deno.mkdir(`${root}/models`);
  return {
    root,
    write,
    read: (path) => Deno.readTextFile(`${root}/${path}`),
    run: (environment = {}, args = []) => run(root, environment, args),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function run(root: string, environment: Record<string, string>, args: string[]) {
  await Deno.writeTextFile(`${root}/exports`, "");
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [SCRIPT, ...args],
    clearEnv: true,
    env: {
      PATH: `${root}/bin:/usr/bin:/bin`,
      SHIPPED_REPOSITORY: `${root}/shipped`,
      MODEL_REPOSITORY: `${root}/models`,
      EXPORTER_DIGEST: `${root}/exporter.sha256`,
      AUTHORITIES: `${root}/ca.pem`,
      MODEL: "a",
      ...environment,
    },
  }).output();
  const decoder = new TextDecoder();
  const exports = (await Deno.readTextFile(`${root}/exports`)).split("\n").filter(Boolean);
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr), exports };
}

testPosix("prepare.sh copies every model's manifest and exports the one asked for", async () => {
  await using setup = await setUp();
  const { code, exports } = await setup.run();
  assert.equal(code, 0);
  assert.deepEqual(exports, ["a"]);
  assert.equal(await setup.read("models/a/config.pbtxt"), "config a1");
  assert.equal(await setup.read("models/b/manifest.json"), "b1");
  assert.equal(await setup.read("models/b/golden.json"), "golden b1");
});

testPosix("prepare.sh exports once", async () => {
  await using setup = await setUp();
  await setup.run();
  const { code, exports, output } = await setup.run();
  assert.equal(code, 0);
  assert.deepEqual(exports, []);
  assert.match(output, /exported already/);
});

for (
  const [reason, path] of [
    ["the manifest", "shipped/a/manifest.json"],
    ["the exporter", "exporter.sha256"],
    ["the exported file", "models/a/1/model.onnx"],
  ] as const
) {
  testPosix(`prepare.sh exports again when ${reason} changed`, async () => {
    await using setup = await setUp();
    await setup.run();
    await setup.write(path, "changed");
    assert.deepEqual((await setup.run()).exports, ["a"]);
    assert.deepEqual((await setup.run()).exports, []);
  });
}

testPosix("prepare.sh exports again when the data beside the exported file changed", async () => {
  await using setup = await setUp();
  await setup.write("models/a/1/model.onnx.data", "data");
  assert.deepEqual((await setup.run()).exports, ["a"]);
  assert.deepEqual((await setup.run()).exports, []);
  await setup.write("models/a/1/model.onnx.data", "other data");
  assert.deepEqual((await setup.run()).exports, ["a"]);
});

testPosix(
  "prepare.sh updates configurations in an old volume, and leaves the golden embedding",
  async () => {
    await using setup = await setUp();
    await setup.run();
    await setup.write("shipped/a/config.pbtxt", "config a2");
    await setup.write("shipped/a/golden.json", "golden of the image");
    await setup.run();
    assert.equal(await setup.read("models/a/config.pbtxt"), "config a2");
    assert.equal(await setup.read("models/a/golden.json"), "golden\n");
  },
);

testPosix("prepare.sh ends with the exporter's exit code, and tries again next time", async () => {
  await using setup = await setUp();
  await setup.write("broken", "");
  assert.equal((await setup.run()).code, 3);
  await Deno.remove(`${setup.root}/broken`);
  assert.deepEqual((await setup.run()).exports, ["a"]);
});

testPosix("prepare.sh passes its arguments to the exporter, exported already or not", async () => {
  await using setup = await setUp();
  await setup.run();
  assert.deepEqual((await setup.run({}, ["--weights", "x.safetensors"])).exports, [
    "--weights x.safetensors a",
  ]);
});

testPosix("prepare.sh writes the configuration for the batching asked for", async () => {
  await using setup = await setUp();
  const environment = { BATCHING: "throughput" };
  assert.deepEqual((await setup.run(environment)).exports, ["--batching throughput a"]);
  assert.deepEqual((await setup.run(environment)).exports, [
    "--batching throughput --config-only a",
  ]);
});

testPosix(
  "prepare.sh has the exporter trust the image's authorities, if there are any",
  async () => {
    await using setup = await setUp();
    await setup.write("/ca.pem", "");
    assert.deepEqual((await setup.run()).exports, ["a"]);
    await setup.write("/ca.pem", "a certificate");
    assert.deepEqual((await setup.run({}, ["--weights", "x"])).exports, [
      `--weights x a trusting ${setup.root}/ca.pem`,
    ]);
  },
);

for (const model of ["", "none", "../a"]) {
  testPosix(`prepare.sh refuses MODEL=${JSON.stringify(model)}`, async () => {
    await using setup = await setUp();
    const { code, output } = await setup.run({ MODEL: model });
    assert.equal(code, EXIT_USAGE);
    assert.match(output, /MODEL must name a model/);
  });
}
