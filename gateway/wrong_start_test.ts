/** What a stranger reads who starts the gateway wrongly: one line that names the setting and its value, and no stack. */
import assert from "node:assert/strict";
import { runToEnd } from "../testing/child_gateway.ts";
import { buildDctModel } from "../testing/dct_model.ts";
import { sha256 } from "../testing/digest.ts";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { testPosix } from "../testing/platform_tests.ts";

const ENV = { GATEWAY_PORT: "0", GATEWAY_DECODE_WORKERS: "1", GATEWAY_MODEL_THREADS: "1" };
const ROOT = new URL("../", import.meta.url);
const DCT = new URL("../model_repository/dct_512/", import.meta.url);

/** Has a program believe that it runs on a Deno that may crash beside Triton. */
const NEWER =
  `Object.defineProperty(Deno, "version", { value: { ...Deno.version, deno: "2.9.6" } });`;

type Settings = Readonly<Record<string, string>>;

/** Starts a gateway that is to end, and gives its one line. */
async function problemOf(env: Settings, expected: number, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(args, { ...ENV, ...env });
  assert.match(stderr, /^[^\n]+\n$/, `${stderr}${stdout}`);
  assert.equal(code, expected);
  assert.doesNotMatch(stdout, /"listening"/);
  return stderr.trimEnd();
}

for (
  const [env, line] of [
    [{ GATEWAY_PROT: "1" }, /^GATEWAY_PROT is not a known setting: did you mean GATEWAY_PORT\?$/],
    [
      { GATEWAY_PORT: "" },
      /^GATEWAY_PORT must be an integer from 0 to 65535: current value is ""$/,
    ],
    [{ GATEWAY_HOST: "0.0.0.0:80" }, /^GATEWAY_HOST must be .* current value is 0\.0\.0\.0:80$/],
    [{ GATEWAY_HOST: "a..b" }, /^GATEWAY_HOST must be .* current value is a\.\.b$/],
    [{ GATEWAY_HOST: "1::2::3" }, /^GATEWAY_HOST must be .* current value is 1::2::3$/],
    [{ GATEWAY_ENGINE: "tritn" }, /^GATEWAY_ENGINE must be one of embedded, triton: .* tritn$/],
    [{ GATEWAY_SLOTS: "31" }, /GATEWAY_REQUEST_IMAGES_MAX is 32, GATEWAY_SLOTS is 31$/],
    [{ GATEWAY_TRITON_URL: "https://t:8001" }, /^GATEWAY_TRITON_URL must be .* TLS .* https:/],
    [
      { GATEWAY_ENGINE: "triton", GATEWAY_TRITON_URL: "http://me:secret@t:8001" },
      /^GATEWAY_TRITON_URL must be http:\/\/HOST:PORT.*<redacted>@t:8001$/,
    ],
    [{ GATEWAY_ENGINE: "triton", GATEWAY_TRITON_URL: "http://t:99999" }, /number from 1 to 65535/],
    [{ GATEWAY_MODEL: "nope" }, /\bnope\b/],
    [
      { GATEWAY_MODELS: "dct_512,dct_512_u8:x" },
      /^GATEWAY_MODELS must be .* NAME:VERSION.*: current value is dct_512,dct_512_u8:x$/,
    ],
    [
      { GATEWAY_MODELS: "dct_512", GATEWAY_MODEL_ALIASES: "ViT=vit" },
      /^GATEWAY_MODEL_ALIASES must stand for models that are served, dct_512: ViT=vit does not$/,
    ],
    [{ GATEWAY_MODEL_REPOSITORY: "/nowhere" }, /\/nowhere\b/],
  ] as const
) {
  testPosix(`a start with ${JSON.stringify(env)} ends with 64 and one line`, async () => {
    assert.match(await problemOf(env, 64), line);
  });
}

for (
  const [env, line] of [
    [
      { GATEWAY_HOST: "192.0.2.1" },
      /^Cannot listen on GATEWAY_HOST=192\.0\.2\.1 .*no such address/,
    ],
    [{ GATEWAY_HOST: "no-such-host.invalid" }, /^Cannot listen on .*no such host is known/],
  ] as const
) {
  testPosix(`a start with ${JSON.stringify(env)} ends with 1 and one line`, async () => {
    assert.match(await problemOf(env, 1), line);
  });
}

testPosix(
  "a start on a port that is taken ends with 1 and names it, with one isolate and with two",
  async () => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const GATEWAY_PORT = String(taken.addr.port);
    for (const GATEWAY_ISOLATES of ["1", "2"]) {
      assert.match(
        await problemOf({ GATEWAY_PORT, GATEWAY_ISOLATES }, 1),
        new RegExp(`GATEWAY_PORT=${GATEWAY_PORT}: another program has that port`),
      );
    }
  },
);

for (
  const [what, golden, onnx, line] of [
    ["an ONNX file that is none", {}, "garbage", /^Cannot load model dct_512: .*model\.onnx/],
    ["another ONNX file than exported", { model_sha256: "0".repeat(64) }, "garbage", /SHA-256 of /],
    ["a golden that is no JSON", undefined, undefined, /golden\.json is malformed: /],
    ["a golden of another photo", { input_f32_sha256: "0".repeat(64) }, undefined, /golden photo/],
    [
      "a golden without an embedding",
      { embedding: undefined },
      undefined,
      /malformed: .*embedding/,
    ],
  ] as const
) {
  testPosix(
    `a start with ${what} ends with 1 and one line, with one isolate and with two`,
    async () => {
      await using repository = await temporaryFolder();
      const folder = `${repository.path}/dct_512`;
      await Deno.mkdir(`${folder}/1`, { recursive: true });
      await Deno.copyFile(new URL("manifest.json", DCT), `${folder}/manifest.json`);
      const bytes = onnx === undefined ? buildDctModel() : new TextEncoder().encode(onnx);
      if (onnx !== undefined) await Deno.writeFile(`${folder}/1/model.onnx`, bytes);
      const exported = JSON.parse(await Deno.readTextFile(new URL("golden.json", DCT)));
      const record = { ...exported, model_sha256: sha256(bytes), ...golden };
      const text = golden === undefined ? "{" : JSON.stringify(record);
      await Deno.writeTextFile(`${folder}/golden.json`, text);
      const env = { GATEWAY_MODEL_REPOSITORY: repository.path };
      for (const GATEWAY_ISOLATES of ["1", "2"]) {
        assert.match(await problemOf({ ...env, GATEWAY_ISOLATES }, 1), line);
      }
    },
  );
}

testPosix("--check-config finds what would stop the start, and ends with 64", async () => {
  await using repository = await temporaryFolder();
  const folder = `${repository.path}/dct_512`;
  await Deno.mkdir(`${folder}/1`, { recursive: true });
  const env = { GATEWAY_MODEL_REPOSITORY: repository.path };
  const find = () => problemOf(env, 64, "--check-config");
  assert.match(await find(), /dct_512/);
  await Deno.copyFile(new URL("manifest.json", DCT), `${folder}/manifest.json`);
  assert.match(await find(), /golden\.json/);
  await Deno.copyFile(new URL("golden.json", DCT), `${folder}/golden.json`);
  await Deno.writeTextFile(`${folder}/1/model.onnx`, "another one");
  assert.match(await find(), /SHA-256 of .*model\.onnx must be [0-9a-f]{64}/);
  await Deno.remove(`${folder}/1/model.onnx`);
  assert.equal((await runToEnd(["--check-config"], { ...ENV, ...env })).code, 0);
});

for (
  const [env, expected, words] of [
    [{ GATEWAY_ENGINE: "triton" }, 64, /^Deno 2\.9\.6 may crash .*: use Deno 2\.8\.2[^\n]*\n$/],
    [{ GATEWAY_ENGINE: "triton", GATEWAY_DENO_CHECK: "warn" }, 0, /^Deno 2\.9\.6 may crash /],
    [{ GATEWAY_ENGINE: "embedded" }, 0, /^Deno 2\.9\.6 is not tested: use Deno 2\.8\.2/],
  ] as const
) {
  Deno.test(`a newer Deno with ${JSON.stringify(env)} is told so, and ends with ${expected}`, async () => {
    const grants = ["-P=serve", "--no-prompt", "--allow-read=.", "--allow-net=127.0.0.1"];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", `--preload=data:text/javascript,${encodeURIComponent(NEWER)}`, ...grants],
        ...["gateway/main.ts", "--check-config"],
      ],
      cwd: ROOT,
      env,
    }).output();
    assert.match(new TextDecoder().decode(stderr), words);
    assert.equal(code, expected);
  });
}

Deno.test("--check-config tells a repository that may not be read from one that is not there", async () => {
  const grants = ["-P=serve", "--no-prompt", "--allow-read=.", "--allow-net=127.0.0.1"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", ...grants, "gateway/main.ts", "--check-config"],
    cwd: ROOT,
    env: { GATEWAY_MODEL_REPOSITORY: "/" },
  }).output();
  const line = new TextDecoder().decode(stderr);
  assert.match(line, /: Cannot read model repository \/: Deno was not allowed to read it[^\n]*\n$/);
  assert.equal(code, 64);
});

testPosix("--check-config finds grants that are too narrow", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "-P=serve",
      "--no-prompt",
      "--allow-read=.",
      "gateway/main.ts",
      "--check-config",
    ],
    cwd: ROOT,
    env: { GATEWAY_ENGINE: "triton" },
  }).output();
  assert.equal(code, 64);
  assert.deepEqual(new TextDecoder().decode(stderr).trimEnd().split("\n"), [
    "Cannot listen on GATEWAY_HOST at GATEWAY_PORT: Deno was not allowed to use 127.0.0.1:8080; " +
    "deno task start and gateway/command.sh grant what is set",
    "Cannot connect to GATEWAY_TRITON_URL: Deno was not allowed to use 127.0.0.1:8001; " +
    "deno task start and gateway/command.sh grant what is set",
  ]);
});
