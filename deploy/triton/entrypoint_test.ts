/** The entrypoint of the Triton image, run against a `tritonserver` that prints its arguments. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testPosix } from "../../testing/platform_tests.ts";

const SCRIPT = fileURLToPath(new URL("entrypoint.sh", import.meta.url));
const SERVED_MODELS = fileURLToPath(new URL("../model/served_models.sh", import.meta.url));
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

/** Options that only newer releases know. */
const NEW_OPTIONS = ["allow-client-shm", "http-max-input-size"];

interface Setup extends AsyncDisposable {
  readonly root: string;
  run(environment?: Record<string, string>, args?: string[]): Promise<Outcome>;
}

interface Outcome {
  readonly code: number;
  /** What the stub was called with. */
  readonly args: string[];
  readonly log: string;
}

/** A model repository, an engine cache, and a stub whose help lists the options given. */
async function setUp(options: readonly string[] = NEW_OPTIONS): Promise<Setup> {
  const root = await Deno.makeTempDir();
  const help = options.map((option) => `  --${option} <boolean>`).join("\n");
  await Deno.writeTextFile(
    `${root}/tritonserver`,
    `#!/bin/sh
if [ "$1" = --help ]; then
  cat << 'END'
${help}
END
  exit 1
fi
printf '%s\\n' "$@"
exit 7
`,
    { mode: 0o755 },
  );
  await Deno.mkdir(`${root}/cache`);
  for (const name of ["dct_512", "words"]) {
    await writeModel(root, name);
    await Deno.writeTextFile(`${root}/models/${name}/config.pbtxt`, "");
  }
  return {
    root,
    run: (environment = {}, args = []) => run(root, environment, args),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function writeModel(root: string, name: string, version = "1"): Promise<void> {
  await Deno.mkdir(`${root}/models/${name}/${version}`, { recursive: true });
  await Deno.writeTextFile(`${root}/models/${name}/${version}/model.onnx`, "weights");
}

async function run(
  root: string,
  environment: Record<string, string>,
  args: string[],
): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [SCRIPT, ...args],
    clearEnv: true,
    env: {
      PATH: "/usr/bin:/bin",
      TRITONSERVER: `${root}/tritonserver`,
      MODEL_REPOSITORY: `${root}/models`,
      ENGINE_CACHE: `${root}/cache`,
      SERVED_MODELS,
      MODEL: "dct_512",
      ...environment,
    },
  }).output();
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  return {
    code,
    args: lines.filter((line) => line.startsWith("--")),
    log: lines.filter((line) => !line.startsWith("--")).join("\n") +
      new TextDecoder().decode(stderr),
  };
}

testPosix(
  "entrypoint.sh becomes a Triton that serves a model and completes no configuration",
  async () => {
    await using setup = await setUp();
    const { code, args } = await setup.run();
    // The stub's own exit code: the script was replaced by it.
    assert.equal(code, 7);
    for (
      const option of [
        `--model-repository=${setup.root}/models`,
        "--model-control-mode=explicit",
        "--load-model=dct_512",
        "--disable-auto-complete-config",
        "--exit-timeout-secs=15",
        "--grpc-infer-allocation-pool-size=256",
      ]
    ) assert.ok(args.includes(option), option);
  },
);

const loadedBy = (args: readonly string[]) =>
  args.filter((arg) => arg.startsWith("--load-model=")).map((arg) => arg.slice(13)).sort();

testPosix("entrypoint.sh loads the models that are served, and each once", async () => {
  await using setup = await setUp();
  await writeModel(setup.root, "words", "2");
  await writeModel(setup.root, "idle");
  const { code, args } = await setup.run({ MODELS: "dct_512, words:1,words:2", MODEL: "" });
  assert.equal(code, 7);
  assert.deepEqual(loadedBy(args), ["dct_512", "words"]);
});

testPosix("entrypoint.sh loads what was made of a model of the hub", async () => {
  await using setup = await setUp();
  await Deno.writeTextFile(`${setup.root}/models/.hf-hub--Owner--Name`, "dct_512\nwords\n");
  const { args } = await setup.run({ MODELS: "hf-hub:Owner/Name" });
  assert.deepEqual(loadedBy(args), ["dct_512", "words"]);
  const { code, log } = await setup.run({ MODELS: "hf-hub:Owner/Other" });
  assert.equal(code, EXIT_CONFIG);
  assert.match(log, /no model of hf-hub:Owner\/Other in .*: run the service model first/);
});

testPosix(
  "entrypoint.sh refuses two versions of a model that TensorRT keeps engines of",
  async () => {
    await using setup = await setUp();
    await writeModel(setup.root, "words", "2");
    await Deno.writeTextFile(
      `${setup.root}/models/words/config.pbtxt`,
      'parameters { key: "trt_engine_cache_path" value: "/cache/words" }',
    );
    assert.equal((await setup.run()).code, 7);
    const { code, log } = await setup.run({ MODELS: "dct_512,words:1" });
    assert.equal(code, EXIT_CONFIG);
    assert.match(
      log,
      /words must have one version, as TensorRT would serve the engine of the first/,
    );
  },
);

testPosix("entrypoint.sh passes the options that this Triton knows, and no other", async () => {
  await using newer = await setUp();
  const { args } = await newer.run();
  assert.ok(args.includes("--allow-client-shm=true"));
  assert.ok(args.includes("--http-max-input-size=33554432"));
  await using older = await setUp([]);
  const known = (await older.run()).args;
  assert.deepEqual(known.filter((arg) => NEW_OPTIONS.some((name) => arg.includes(name))), []);
});

testPosix(
  "entrypoint.sh locks model control with a key that differs from start to start",
  async () => {
    await using setup = await setUp();
    const keyOf = async () => {
      const { args } = await setup.run();
      const keys = args.flatMap((arg) =>
        /^--(?:grpc|http)-restricted-(?:protocol|api)=(\S+):locked=([0-9a-f]{32})$/.exec(arg)
          ?.slice(
            1,
          ) ?? []
      );
      assert.equal(keys.length, 4);
      assert.match(keys[0] ?? "", /^shared-memory,model-repository/);
      assert.match(keys[2] ?? "", /^model-repository/);
      return keys[1];
    };
    assert.notEqual(await keyOf(), await keyOf());
  },
);

testPosix(
  "entrypoint.sh takes limits from the environment and options from its arguments",
  async () => {
    await using setup = await setUp();
    const { args } = await setup.run(
      {
        REQUEST_TIMEOUT_MS: "20500",
        TRITON_INFLIGHT: "9",
        TRITON_LOG_VERBOSE: "1",
        STOP_SECONDS: "31",
      },
      ["--rate-limit=off"],
    );
    for (
      const option of [
        "--exit-timeout-secs=26",
        "--grpc-infer-allocation-pool-size=9",
        "--log-verbose=1",
        "--rate-limit=off",
      ]
    ) assert.ok(args.includes(option), option);
  },
);

for (const model of ["", "../x", "a.b", "a;b"]) {
  testPosix(`entrypoint.sh refuses MODEL=${JSON.stringify(model)}`, async () => {
    await using setup = await setUp();
    const { code, log } = await setup.run({ MODEL: model });
    assert.equal(code, EXIT_USAGE);
    assert.match(log, /MODELS must be letters, digits and underscores/);
  });
}

for (
  const [environment, message] of [
    [{ REQUEST_TIMEOUT_MS: "20500" }, /STOP_SECONDS must be .* 10 s, or more: current value is 30/],
    [{ STOP_SECONDS: "19" }, /current value is 19/],
    [{ STOP_SECONDS: "soon" }, /STOP_SECONDS must be a whole number/],
    [{ REQUEST_TIMEOUT_MS: "10s" }, /GATEWAY_REQUEST_TIMEOUT_MS must be a whole number/],
  ] as const
) {
  testPosix(
    `entrypoint.sh refuses ${JSON.stringify(environment)}, which would end requests in flight`,
    async () => {
      await using setup = await setUp();
      const { code, log } = await setup.run(environment);
      assert.equal(code, EXIT_USAGE);
      assert.match(log, message);
    },
  );
}

testPosix("entrypoint.sh says that a model is not exported", async () => {
  await using setup = await setUp();
  for (const MODELS of ["openclip_vit_b32", "dct_512,openclip_vit_b32", "dct_512:2"]) {
    const { code, log } = await setup.run({ MODELS });
    assert.equal(code, EXIT_CONFIG, MODELS);
    assert.match(log, /no config.pbtxt or no \d\/model.onnx: run the service model first/);
  }
});

testPosix(
  "entrypoint.sh keeps engines of the same model, Triton and GPU, and no others",
  async () => {
    await using setup = await setUp();
    const engine = `${setup.root}/cache/dct_512/x.engine`;
    const remains = async (environment: Record<string, string>) => {
      await Deno.writeTextFile(engine, "");
      await setup.run(environment);
      return await Deno.stat(engine).then(() => true, () => false);
    };
    const release = { NVIDIA_TRITON_SERVER_VERSION: "26.07" };
    await setup.run(release);
    assert.equal(await remains(release), true);
    assert.equal(await remains({ NVIDIA_TRITON_SERVER_VERSION: "26.08" }), false);
    assert.equal(await remains(release), false);
    assert.equal(await remains({ ...release, MODELS: "dct_512,words" }), true);
    for (const file of ["model.onnx", "model.onnx.data"]) {
      await Deno.writeTextFile(`${setup.root}/models/dct_512/1/${file}`, "other weights");
      assert.equal(await remains(release), false);
      assert.equal(await remains(release), true);
    }
  },
);

testPosix("entrypoint.sh leaves other models' engines alone", async () => {
  await using setup = await setUp();
  await Deno.mkdir(`${setup.root}/cache/other`);
  await setup.run();
  assert.ok((await Deno.stat(`${setup.root}/cache/other`)).isDirectory);
});

testPosix("entrypoint.sh starts without a cache", async () => {
  await using setup = await setUp();
  const { code, log } = await setup.run({ ENGINE_CACHE: `${setup.root}/none` });
  assert.equal(code, 7);
  assert.match(log, /not writable/);
});
