/** The one-shot service that prepares models, run with a `deno` that exports a few bytes and notes its arguments. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { towerNames } from "../../models/open_clip/model_names.ts";
import { testPosix } from "../../testing/platform_tests.ts";

const SCRIPT = fileURLToPath(new URL("prepare.sh", import.meta.url));
const EXIT_USAGE = 64;
/** With what a name of ours cannot have. */
const HUB = "hf-hub:Owner/CLIP-ViT_L.14--X-";
const { image, text } = towerNames(HUB.slice("hf-hub:".length), undefined);
const HUB_NAMES = [image, text];

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
version=1
while [ $# -gt 1 ]; do
  if [ "$1" = --model-version ]; then version=$2; fi
  if [ "$1" = --name ]; then name=$2; fi
  shift
done
case $1 in hf-hub:*) models="\${name:-$HUB_MODELS}" ;; *) models=$1 ;; esac
for model in $models; do
  mkdir -p "$MODEL_REPOSITORY/$model/$version"
  [ -f "$MODEL_REPOSITORY/$model/manifest.json" ] || echo manifest > "$MODEL_REPOSITORY/$model/manifest.json"
  echo exported > "$MODEL_REPOSITORY/$model/$version/model.onnx"
  echo golden > "$MODEL_REPOSITORY/$model/golden.json"
done
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
      ...environment.MODELS === undefined && { MODEL: "a" },
      HUB_MODELS: HUB_NAMES.join(" "),
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

testPosix("prepare.sh exports each of several models once, and another one later", async () => {
  await using setup = await setUp();
  assert.deepEqual((await setup.run({ MODELS: "a, b" })).exports, ["a", "b"]);
  assert.deepEqual((await setup.run({ MODELS: "b,a" })).exports, []);
  await setup.write("shipped/b/manifest.json", "b2");
  assert.deepEqual((await setup.run({ MODELS: "a,b" })).exports, ["b"]);
});

testPosix("prepare.sh makes a model of the hub once, and writes down its towers", async () => {
  await using setup = await setUp();
  const environment = { MODELS: `a,${HUB}` };
  assert.deepEqual((await setup.run(environment)).exports, ["a", HUB]);
  const made = `models/.${HUB.replaceAll(/[:/]/g, "--")}`;
  assert.equal(await setup.read(made), `${image}\n${text}\n`);
  assert.deepEqual((await setup.run(environment)).exports, []);
  // The hub is not asked again: its manifests say what the models are made of.
  await setup.write("exporter.sha256", "2");
  assert.deepEqual((await setup.run(environment)).exports, ["a", image, text]);
  assert.deepEqual((await setup.run(environment)).exports, []);
  // By the names that it got.
  assert.deepEqual((await setup.run({ MODELS: text })).exports, []);
});

testPosix("prepare.sh asks the hub again where making its models was broken off", async () => {
  await using setup = await setUp();
  await setup.write(`models/${image}/manifest.json`, "{}");
  await setup.write("broken", "");
  assert.equal((await setup.run({ MODELS: HUB })).code, 3);
  await Deno.remove(`${setup.root}/broken`);
  assert.deepEqual((await setup.run({ MODELS: HUB })).exports, [HUB]);
});

testPosix("prepare.sh writes down the one tower that a model of the hub has", async () => {
  await using setup = await setUp();
  const only = { MODELS: HUB, HUB_MODELS: image };
  await setup.run(only);
  assert.equal(await setup.read(`models/.${HUB.replaceAll(/[:/]/g, "--")}`), `${image}\n`);
  assert.deepEqual((await setup.run(only)).exports, []);
});

testPosix("prepare.sh makes a version of a model out of the hub's by its arguments", async () => {
  await using setup = await setUp();
  await setup.run();
  const args = ["--name", "a", "--model-version", "2"];
  assert.deepEqual((await setup.run({ MODELS: HUB }, args)).exports, [`${args.join(" ")} ${HUB}`]);
  // The models of that name in the hub's are not those.
  assert.equal((await setup.run({ MODELS: HUB })).exports.length, 1);
  assert.deepEqual((await setup.run({ MODELS: "a:1,a:2" })).exports, ["--model-version 2 a"]);
  assert.deepEqual((await setup.run({ MODELS: "a:1,a:2" })).exports, []);
  await setup.write("models/a/2/manifest.json", "other weights");
  assert.deepEqual((await setup.run({ MODELS: "a:1,a:2" })).exports, ["--model-version 2 a"]);
});

for (
  const [environment, message] of [
    [{ MODEL: "" }, /MODELS must name models: /],
    [{ MODEL: "none" }, /MODELS must name models of this image, or hf-hub:OWNER\/NAME: .*'none'/],
    [{ MODEL: "../a" }, /MODELS must name models of this image/],
    [{ MODELS: "a,none" }, /current value is 'a,none'/],
    [{ MODELS: "a,b", MODEL: "a" }, /MODEL must be left out .* MODEL is 'a', MODELS is 'a,b'/],
    [{ MODELS: "a:2" }, /There is no version 2 of a: docker compose run/],
    [{ MODELS: "a:x" }, /MODELS must have numbers for versions/],
    [{ MODELS: "a:1:2" }, /MODELS must have numbers for versions/],
    [{ MODELS: "hf-hub:a" }, /MODELS must name models of this image/],
    [{ MODELS: "hf-hub:a/b/c" }, /hf-hub:OWNER\/NAME is what a hub has/],
    [{ MODELS: "hf-hub:a/b;c" }, /hf-hub:OWNER\/NAME is what a hub has/],
  ] as const
) {
  testPosix(`prepare.sh refuses ${JSON.stringify(environment)}`, async () => {
    await using setup = await setUp();
    const { code, output, exports } = await setup.run(environment);
    assert.equal(code, EXIT_USAGE);
    assert.match(output, message);
    assert.deepEqual(exports, []);
  });
}
