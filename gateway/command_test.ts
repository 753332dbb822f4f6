/** The grants that `command.sh` makes of settings, and that Deno holds a program to them. */
import assert from "node:assert/strict";
import { testPosix } from "../testing/platform_tests.ts";
import { runTask } from "../testing/task.ts";
import { parseConfig } from "./config/config.ts";

const ROOT = new URL("../", import.meta.url);

type Settings = Readonly<Record<string, string>>;

/** What the script prints with these settings and no others. */
async function command(env: Settings = {}): Promise<string[]> {
  return (await script([], env)).trim().split(" ");
}

/** Runs the script with arguments of its own. */
async function script(args: readonly string[], env: Settings): Promise<string> {
  const { code, stdout } = await new Deno.Command("/bin/sh", {
    args: ["gateway/command.sh", ...args],
    cwd: ROOT,
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", ...env },
  }).output();
  assert.equal(code, 0);
  return new TextDecoder().decode(stdout);
}

async function grants(kind: "net" | "read", env?: Settings): Promise<string[]> {
  const flag = `--allow-${kind}=`;
  const words = (await command(env)).filter((word) => word.startsWith(flag));
  return words.flatMap((word) => word.slice(flag.length).split(","));
}

const TRITON = { GATEWAY_ENGINE: "triton" };

testPosix("command.sh grants what the defaults of the settings need", async () => {
  const { config } = parseConfig({});
  assert.deepEqual(await grants("net"), [`${config.host}:${config.port}`]);
  assert.ok((await grants("read")).includes(config.modelRepository));
  assert.equal(config.engine, "embedded");
  const { host } = new URL(config.tritonUrl);
  assert.deepEqual(await grants("net", TRITON), [`${config.host}:${config.port}`, host]);
});

testPosix("command.sh grants the addresses that settings name", async () => {
  const cases: readonly [Settings, string[]][] = [
    [{ GATEWAY_PORT: "0" }, ["127.0.0.1"]],
    [{ GATEWAY_PORT: "tcp://10.0.0.1:9000" }, ["127.0.0.1:8080"]],
    [{ GATEWAY_HOST: "::", GATEWAY_PORT: "80" }, ["[::]:80"]],
    [{ GATEWAY_HOST: "fe80::a:1", GATEWAY_PORT: "80" }, ["[fe80::a:1]:80"]],
    [{ GATEWAY_HOST: "1:2:3:4:5:6:7:8", GATEWAY_PORT: "0" }, ["[1:2:3:4:5:6:7:8]"]],
    [{ GATEWAY_HOST: "::ffff:10.0.0.1", GATEWAY_PORT: "0" }, ["[::ffff:10.0.0.1]"]],
    [{ ...TRITON, GATEWAY_TRITON_URL: "http://triton:8001" }, ["127.0.0.1:8080", "triton:8001"]],
    [{ ...TRITON, GATEWAY_TRITON_URL: "http://10.0.0.7:80/" }, ["127.0.0.1:8080", "10.0.0.7:80"]],
    [{ ...TRITON, GATEWAY_TRITON_URL: "http://[::1]:8001" }, ["127.0.0.1:8080", "[::1]:8001"]],
    [{ GATEWAY_TRITON_URL: "http://triton:8001" }, ["127.0.0.1:8080"]],
    [{ GATEWAY_IMMICH_UPSTREAM_URL: "http://ml:3003/" }, ["127.0.0.1:8080", "ml:3003"]],
    [{ ...TRITON, GATEWAY_IMMICH_UPSTREAM_URL: "http://[::1]:80" }, [
      "127.0.0.1:8080",
      "127.0.0.1:8001",
      "[::1]:80",
    ]],
    [{ GATEWAY_URL_INPUT_HOSTS: "a.example:8443" }, ["127.0.0.1:8080"]],
    [
      {
        GATEWAY_URL_INPUT: "https",
        GATEWAY_URL_INPUT_HOSTS: "*, a.example:8443,b:443, c:99999,d:1;e",
      },
      ["127.0.0.1:8080", "0.0.0.0/0:53", "0.0.0.0/0:443", "0.0.0.0/0:8443"],
    ],
  ];
  for (const [env, expected] of cases) assert.deepEqual(await grants("net", env), expected);
});

testPosix("command.sh grants nothing for values that could mean more than one thing", async () => {
  const hosts = ["a b", "a,b", "*", "$(id)", "", "a:b", "0.0.0.0:80", "1:2:3", "http://a"];
  for (const host of [...hosts, "a..b", ".a", ":::", "1::2::3", "::12345", "::1.2.3.256"]) {
    assert.deepEqual(await grants("net", { GATEWAY_HOST: host }), [], host);
  }
  for (const port of ["http", "99999", "", "1,2", "-1"]) {
    assert.deepEqual(await grants("net", { GATEWAY_PORT: port }), [], port);
  }
  for (
    const url of [
      ...["triton:8001,evil:1", "triton", "[::1]", "me:key@triton:1", "t:1/v2", "t:99999"],
      ...["tri..ton:1", "[1::2::3]:1"],
    ]
  ) {
    const env = { ...TRITON, GATEWAY_TRITON_URL: `http://${url}` };
    assert.deepEqual(await grants("net", env), ["127.0.0.1:8080"], url);
    const immich = { GATEWAY_IMMICH_UPSTREAM_URL: `http://${url}` };
    assert.deepEqual(await grants("net", immich), ["127.0.0.1:8080"], url);
  }
  const usual = await grants("read", { GATEWAY_MODEL_REPOSITORY: "/models" });
  assert.ok(usual.includes("/models"));
  const odd = await grants("read", { GATEWAY_MODEL_REPOSITORY: "/models,/etc" });
  assert.deepEqual(odd, usual.filter((path) => path !== "/models"));
});

testPosix(
  "command.sh prints a model repository alone, as one grant whatever it holds",
  async () => {
    const cases = [
      ["/models", "/models"],
      ["of models, here", "of models,, here"],
      ["/$(id) *,'\"", "/$(id) *,,'\""],
      ["", "model_repository"],
    ] as const;
    for (const [path, grant] of cases) {
      const env = { GATEWAY_MODEL_REPOSITORY: path };
      assert.equal(await script(["repository"], env), `${grant}\n`);
    }
    assert.equal(await script(["repository"], {}), "model_repository\n");
  },
);

testPosix("command.sh grants /dev/shm beside a Triton that may share it, alone", async () => {
  assert.ok(!(await grants("read")).includes("/dev/shm"));
  assert.ok((await grants("read", TRITON)).includes("/dev/shm"));
  const off = { ...TRITON, GATEWAY_TRITON_SHM: "off" };
  assert.ok(!(await grants("read", off)).includes("/dev/shm"));
});

testPosix("command.sh lists variables that are meant as settings, and no others", async () => {
  const env = { GATEWAY_SLOT: "GATEWAY_X=1\nGATEWAY_Y=2", SECRET: "1", A_GATEWAY_Z: "1" };
  assert.deepEqual((await command(env)).slice(-2), ["gateway/main.ts", "--settings=GATEWAY_SLOT,"]);
});

testPosix(
  "a program with the gateway's grants may do what a gateway does, and nothing else",
  async () => {
    const words = await command();
    const flags = words.slice(0, words.indexOf("gateway/main.ts"));
    const asked = [
      { name: "net", host: "127.0.0.1:8080" },
      { name: "read", path: "models" },
      { name: "env", variable: "GATEWAY_PORT" },
      { name: "net" },
      { name: "net", host: "127.0.0.1:8001" },
      { name: "read", path: ".env" },
      { name: "read", path: "/etc/passwd" },
      { name: "env" },
      { name: "env", variable: "AWS_SECRET_ACCESS_KEY" },
      { name: "ffi" },
      { name: "write" },
      { name: "run" },
      { name: "sys" },
      { name: "import", host: "example.com" },
    ];
    const program = `console.log(${JSON.stringify(asked)}.map((what) =>
    Deno.permissions.querySync(what).state === "granted"))`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", ...flags, "-"],
      cwd: ROOT,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    await new Blob([program]).stream().pipeTo(child.stdin);
    const states = JSON.parse(new TextDecoder().decode((await child.output()).stdout));
    assert.deepEqual(states, asked.map((_, index) => index < 3));
  },
);

/** What the program for systems without a shell prints. */
async function printed(env: Settings, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--allow-env", "gateway/command_main.ts", ...args],
    cwd: ROOT,
    clearEnv: true,
    env: { HOME: "/nonexistent", NO_COLOR: "1", ...env },
  }).output();
  return new TextDecoder().decode(stdout);
}

testPosix("command_main.ts prints a model repository as command.sh does", async () => {
  for (const env of [{}, { GATEWAY_MODEL_REPOSITORY: "of models, here" }] as const) {
    assert.equal(await printed(env, "repository"), await script(["repository"], env));
  }
});

for (
  const env of [
    {},
    { GATEWAY_PORT: "0", GATEWAY_HOST: "::" },
    { GATEWAY_PORT: "tcp://10.0.0.1:9000", GATEWAY_SERVICE_HOST: "10.0.0.1" },
    { ...TRITON, GATEWAY_TRITON_URL: "http://[::1]:80/", GATEWAY_MODEL_REPOSITORY: "/models" },
    { ...TRITON, GATEWAY_TRITON_SHM: "off", GATEWAY_SLOT: "1" },
    { GATEWAY_MODEL_REPOSITORY: "/of models" },
    {
      GATEWAY_URL_INPUT: "https",
      GATEWAY_URL_INPUT_HOSTS: "*.a.example, b.example:8443,c.example:81",
    },
  ] as const
) {
  testPosix(`command_main.ts prints what command.sh does for ${JSON.stringify(env)}`, async () => {
    const settings = (words: string[]) =>
      words.map((word) => word.startsWith("--settings=") ? word.split(/[=,]/).sort().join() : word);
    assert.deepEqual(
      settings((await printed(env)).trim().split(" ")),
      settings(await command(env)),
    );
  });
}

Deno.test("deno task start needs no shell, and has nothing to say about that", async () => {
  const { code, stdout, stderr } = await runTask("start", ["--check-config"], {
    env: { PATH: "/nowhere", GATEWAY_SLOTS: "77" },
  });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^GATEWAY_SLOTS=77$/m);
});
