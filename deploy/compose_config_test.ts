/**
 * The Compose files, read by Docker Compose itself. Runs where `docker compose` or `docker-compose` is there, as in CI;
 * that needs no Docker.
 */
import assert from "node:assert/strict";
import { environmentOf, exists, readStack, readText, STACKS } from "./compose/stacks.ts";
import { type Service, servicesOf } from "./compose/compose_file.ts";

const FILES = ["docker-compose.yml", "docker-compose.cpu.yml", "deploy/triton/ports.yml"];
const MAIN = "docker-compose.yml";
const CPU = "docker-compose.cpu.yml";
const GPU_SERVICES = ["gateway", "model", "triton"];

interface Resolved {
  readonly services: Readonly<Record<string, Service & { readonly ports?: readonly object[] }>>;
}

interface Compose {
  readonly command: readonly string[];
  /** Of its version. */
  readonly major: number;
}

/** Docker Compose, if there is one of the second generation. */
async function findCompose(): Promise<Compose | undefined> {
  for (const command of [["docker", "compose"], ["docker-compose"]] as const) {
    const [program, ...args] = command;
    try {
      const { success, stdout } = await new Deno.Command(program, {
        args: [...args, "version", "--short"],
        stderr: "null",
      }).output();
      const major = parseInt(new TextDecoder().decode(stdout).replace(/^v/, ""));
      if (success && major >= 2) return { command, major };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

const compose = await findCompose();
const only = { ignore: compose === undefined };

/** What a fresh clone has, so that no .env of this one takes part. */
async function freshClone(): Promise<AsyncDisposable & { folder: string }> {
  const folder = await Deno.makeTempDir();
  for (const file of FILES) {
    await Deno.mkdir(`${folder}/${file.slice(0, file.lastIndexOf("/") + 1)}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${file}`, await readText(file));
  }
  return { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

/** `docker compose ARGS config` there. */
async function config(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Resolved> {
  const [program = "", ...first] = compose?.command ?? [];
  const { PATH, HOME } = Deno.env.toObject();
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...first, ...args, "config", "--format", "json"],
    cwd: folder,
    clearEnv: true,
    env: { PATH: PATH ?? "", HOME: HOME ?? "", ...environment },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

for (
  const [args, environment, expected] of [
    [[], {}, GPU_SERVICES],
    [[], { MODEL: "openclip_vit_b32_trt" }, GPU_SERVICES],
    [["-f", CPU], {}, ["gateway", "model"]],
    [["--profile", "monitoring"], {}, [...GPU_SERVICES, "grafana", "prometheus"]],
    [[], { COMPOSE_PROFILES: "edge" }, [...GPU_SERVICES, "caddy"]],
    [["--profile", "compare"], {}, [...GPU_SERVICES, "compare", "fp32", "fp32-model"]],
    [["-f", CPU, "--profile", "*"], {}, ["caddy", "gateway", "grafana", "model", "prometheus"]],
    [["-f", MAIN, "-f", "deploy/triton/ports.yml"], {}, GPU_SERVICES],
  ] as const
) {
  const shown = [...Object.entries(environment).map((pair) => pair.join("=")), ...args].join(" ");
  Deno.test({
    name: `docker compose starts the services it should with nothing but '${shown}'`,
    ...only,
    fn: async () => {
      await using clone = await freshClone();
      const { services } = await config(clone.folder, args, environment);
      assert.deepEqual(Object.keys(services).sort(), [...expected].sort());
    },
  });
}

Deno.test({
  name: "docker compose 5 takes the CPU's file over the GPU's, too",
  ignore: compose === undefined || compose.major < 5,
  fn: async () => {
    await using clone = await freshClone();
    const { services } = await config(clone.folder, ["-f", MAIN, "-f", CPU]);
    assert.deepEqual(Object.keys(services).sort(), ["gateway", "model"]);
    assert.equal(services.gateway?.environment?.GATEWAY_ENGINE, "embedded");
    assert.deepEqual(Object.keys(services.gateway?.depends_on ?? {}), ["model"]);
  },
});

for (const stack of Object.keys(STACKS) as (keyof typeof STACKS)[]) {
  Deno.test({
    name: `docker compose reads stack ${stack} as our reader does`,
    ...only,
    fn: async () => {
      await using clone = await freshClone();
      const { files, environment } = STACKS[stack];
      const resolved = await config(clone.folder, ["-f", ...files], environment);
      const ours = servicesOf(await readStack(stack), []);
      assert.deepEqual(Object.keys(resolved.services).sort(), Object.keys(ours).sort());
      for (const [name, service] of Object.entries(resolved.services)) {
        const read = ours[name] ?? {};
        assert.deepEqual(environmentOf(service), environmentOf(read), name);
        assert.deepEqual(
          Object.keys(service.depends_on ?? {}),
          Object.keys(read.depends_on ?? {}),
          name,
        );
        assert.equal(service.volumes?.length, read.volumes?.length, name);
        assert.equal(service.user, read.user);
      }
      const { security_opt = [] } = resolved.services.gateway ?? {};
      const profile = /^seccomp=(.+)$/.exec(security_opt.at(-1) ?? "")?.[1] ?? "";
      assert.ok(await exists(profile), profile);
    },
  });
}

Deno.test({
  name:
    "docker compose passes keys and limits from the shell and --env-file to gateway and edge alike",
  ...only,
  fn: async () => {
    await using clone = await freshClone();
    await Deno.writeTextFile(`${clone.folder}/other.env`, "GATEWAY_BODY_BYTES_MAX=50000000\n");
    const args = ["--env-file", "other.env", "--profile", "edge"];
    const { services } = await config(clone.folder, args, { GATEWAY_API_KEYS: "0123456789abcdef" });
    const { gateway, caddy } = services;
    assert.equal(gateway?.environment?.GATEWAY_API_KEYS, "0123456789abcdef");
    assert.equal(caddy?.environment?.EDGE_HAS_KEYS, "yes");
    assert.equal(gateway?.environment?.GATEWAY_BODY_BYTES_MAX, "50000000");
    assert.equal(caddy?.environment?.BODY_BYTES_MAX, "50000000");
  },
});

Deno.test({
  name: "docker compose takes models and their aliases from the shell",
  ...only,
  fn: async () => {
    await using clone = await freshClone();
    const names = "openclip_vit_b32,openclip_vit_b32:2";
    const environment = { MODELS: names, GATEWAY_MODEL_ALIASES: "new=openclip_vit_b32:2" };
    const { services: { gateway, triton, model } } = await config(clone.folder, [], environment);
    assert.equal(gateway?.environment?.GATEWAY_MODELS, names);
    assert.equal(gateway?.environment?.GATEWAY_MODEL_ALIASES, environment.GATEWAY_MODEL_ALIASES);
    assert.equal(triton?.environment?.MODELS, names);
    assert.equal(model?.environment?.MODELS, names);
  },
});

Deno.test({
  name: "docker compose leaves in .env what the gateway reads from there",
  ...only,
  fn: async () => {
    await using clone = await freshClone();
    await Deno.writeTextFile(
      `${clone.folder}/.env`,
      "GATEWAY_SLOTS=64\nGATEWAY_LOG_LEVEL=warn\nMODEL=dct_512\n",
    );
    const { services } = await config(clone.folder, []);
    assert.equal(services.gateway?.environment?.GATEWAY_SLOTS, "64");
    assert.equal(services.gateway?.environment?.GATEWAY_LOG_LEVEL, "warn");
    assert.equal(services.gateway?.environment?.GATEWAY_MODELS, "dct_512");
    assert.equal(services.triton?.environment?.TRITON_INFLIGHT, "64");
  },
});
