/** What docker-compose.yml promises, for every profile. There is no Docker here, so its files are read instead. */
import assert from "node:assert/strict";
import { parseConfig } from "../gateway/config/config.ts";
import { FIELDS } from "../gateway/config/config_fields.ts";
import { slotCapacity } from "../gateway/engine/triton/slot_memory.ts";
import {
  type ComposeFile,
  durationSeconds,
  readComposeFile,
  type Service,
  servicesOf,
} from "./compose/compose_file.ts";

const ROOT = new URL("../", import.meta.url);
const PROFILES = ["gpu", "trt", "cpu"] as const;
const ALL = [...PROFILES, "monitoring", "edge"];
const OURS = "1000:1000";
/** 3 × 224 × 224 FP32. */
const INPUT_BYTES = 602_112;

const readText = (path: string) => Deno.readTextFile(new URL(path, ROOT));
const exists = (path: string) => Deno.stat(new URL(path, ROOT)).then(() => true, () => false);

const file = readComposeFile(await readText("docker-compose.yml"));
const ports = readComposeFile(await readText("deploy/triton/ports.yml"));
const example = await readText(".env.example");

/** The gateway or Triton of a profile. */
function serviceOf(profile: string, kind: string): [string, Service] {
  const found = Object.entries(servicesOf(file, [profile])).filter(([name]) =>
    name === kind || name.startsWith(`${kind}-`)
  );
  assert.equal(found.length, 1, `${kind} of ${profile}`);
  return found[0] as [string, Service];
}

function environmentOf({ environment = {} }: Service): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

const graceOf = (service: Service) => durationSeconds(service.stop_grace_period);

for (const profile of PROFILES) {
  Deno.test(`profile ${profile} starts one model, one gateway, and Triton unless on a CPU`, () => {
    const kinds = Object.keys(servicesOf(file, [profile])).map((name) => name.split("-")[0]);
    assert.deepEqual(
      kinds.sort(),
      profile === "cpu" ? ["gateway", "model"] : ["gateway", "model", "triton"],
    );
  });

  Deno.test(`profile ${profile} gives the gateway settings it accepts`, async () => {
    const [, gateway] = serviceOf(profile, "gateway");
    const { config, problems } = parseConfig(environmentOf(gateway));
    assert.deepEqual(problems, []);
    assert.equal(config.host, "0.0.0.0");
    assert.equal(config.engine, profile === "cpu" ? "embedded" : "triton");
    assert.ok(await exists(`model_repository/${config.model}/manifest.json`), config.model);
  });

  Deno.test(`profile ${profile} prepares the model that is served`, () => {
    const [name, model] = serviceOf(profile, "model");
    const [, gateway] = serviceOf(profile, "gateway");
    assert.equal(model.environment?.MODEL, gateway.environment?.GATEWAY_MODEL);
    assert.equal(model.restart, "no");
    const next = profile === "cpu" ? gateway : serviceOf(profile, "triton")[1];
    assert.deepEqual(next.depends_on, {
      [name]: { condition: "service_completed_successfully" },
    });
  });

  Deno.test(`profile ${profile} lets the gateway drain before Docker kills it`, () => {
    const [, gateway] = serviceOf(profile, "gateway");
    const { config } = parseConfig(environmentOf(gateway));
    const drainSeconds = (config.drainDelayMs + config.drainTimeoutMs) / 1000;
    assert.ok(graceOf(gateway) >= drainSeconds + 5);
  });
}

for (const profile of ["gpu", "trt"]) {
  Deno.test(`profile ${profile} stops the gateway before Triton, and Triton after its requests`, () => {
    const [name, triton] = serviceOf(profile, "triton");
    const [, gateway] = serviceOf(profile, "gateway");
    assert.deepEqual(gateway.depends_on, { [name]: { condition: "service_healthy" } });
    const exitSeconds = Number(triton.environment?.TRITON_EXIT_SECONDS);
    const { config } = parseConfig(environmentOf(gateway));
    assert.ok(exitSeconds * 1000 > config.requestTimeoutMs);
    assert.ok(graceOf(triton) > exitSeconds);
  });

  Deno.test(`profile ${profile} has one shared memory, of one user, with room for two regions`, () => {
    const [, triton] = serviceOf(profile, "triton");
    const [, gateway] = serviceOf(profile, "gateway");
    assert.ok(
      triton.volumes?.includes("shm:/dev/shm") && gateway.volumes?.includes("shm:/dev/shm"),
    );
    assert.equal(triton.user, gateway.user);
    const options = file.volumes.shm?.driver_opts ?? {};
    assert.equal(options.type, "tmpfs");
    assert.match(options.o ?? "", /,uid=1000,gid=1000,mode=0700$/);
    const bytes = Number(/size=(\d+)/.exec(options.o ?? "")?.[1]);
    const { config } = parseConfig({});
    assert.ok(bytes > 2 * slotCapacity(config.slots) * INPUT_BYTES);
  });

  Deno.test(`profile ${profile} keeps Triton off the network, and the engines it builds`, () => {
    const [, triton] = serviceOf(profile, "triton");
    assert.equal(triton.ports, undefined);
    assert.deepEqual(Object.keys(triton.networks ?? {}), ["inside"]);
    assert.equal(file.networks.inside?.internal, true);
    assert.ok(triton.volumes?.includes("engines:/cache"));
    assert.ok(triton.volumes?.includes("models:/models:ro"));
    assert.match(JSON.stringify(triton.deploy), /"driver":"nvidia".*"capabilities":\["gpu"\]/);
  });
}

for (const profile of ["gpu", "trt"]) {
  Deno.test(`profile ${profile} bounds the memory of gateway and Triton, within 16 GB together`, () => {
    const gigabytes = ["gateway", "triton"].map((kind) =>
      Number(/^(\d+)g$/.exec(serviceOf(profile, kind)[1].mem_limit ?? "")?.[1])
    );
    assert.ok(gigabytes.every((size) => size > 0), String(gigabytes));
    assert.ok(gigabytes.reduce((sum, size) => sum + size) < 16);
  });
}

Deno.test("Triton has ten minutes and more to build TensorRT engines", () => {
  const health = serviceOf("trt", "triton")[1].healthcheck;
  const seconds = durationSeconds(health?.start_period) +
    durationSeconds(health?.interval) * (health?.retries ?? 0);
  assert.ok(seconds >= 600);
});

for (const [name, service] of Object.entries(servicesOf(file, ALL))) {
  Deno.test(`service ${name} has no rights it does not need`, () => {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ["ALL"]);
    assert.deepEqual(service.cap_add, name === "caddy" ? ["NET_BIND_SERVICE"] : undefined);
    const isGateway = /^gateway/.test(name);
    assert.deepEqual(service.security_opt, [
      "no-new-privileges:true",
      ...isGateway ? ["seccomp=./deploy/seccomp/gateway.json"] : [],
    ]);
    assert.equal(service.user, service.build === undefined ? undefined : OURS);
  });

  Deno.test(`service ${name} has enough file descriptors, and logs that end`, () => {
    assert.deepEqual(service.ulimits?.nofile, { soft: 65536, hard: 65536 });
    assert.deepEqual(service.logging?.options, { "max-size": "10m", "max-file": "5" });
  });

  Deno.test(`service ${name} publishes on loopback unless it is the edge`, () => {
    for (const port of service.ports ?? []) {
      assert.match(
        port,
        name === "caddy" ? /^0\.0\.0\.0:(80:80|443:443)$/ : /^127\.0\.0\.1:\d+:\d+$/,
      );
    }
  });

  Deno.test(`service ${name} has an image of one version`, () => {
    for (const image of [...Object.values(service.build?.args ?? {}), service.image ?? ""]) {
      assert.match(image, /:(local$|v?\d+\.\d+)/);
    }
  });

  Deno.test(`service ${name} mounts what is there`, async () => {
    for (const volume of service.volumes ?? []) {
      const [source = ""] = volume.split(":");
      assert.ok(source.startsWith("./") ? await exists(source) : source in file.volumes, volume);
    }
    if (service.build) assert.ok(await exists(service.build.dockerfile));
  });
}

Deno.test("deploy/triton/ports.yml opens Triton's ports on loopback, in the profiles that have it", () => {
  assert.deepEqual(Object.keys(ports.services), ["triton", "triton-trt"]);
  for (const service of Object.values(ports.services)) {
    assert.deepEqual(service.ports, [8000, 8001, 8002].map((n) => `127.0.0.1:${n}:${n}`));
  }
});

Deno.test("Deno's version is the one CI runs", async () => {
  const ci = /npx -y deno@([\d.]+) /.exec(await readText(".ci/run"))?.[1];
  const { args } = serviceOf("gpu", "gateway")[1].build ?? {};
  assert.equal(args?.DENO_IMAGE, `denoland/deno:${ci}`);
  assert.match(
    await readText("Dockerfile.gateway"),
    new RegExp(`^ARG DENO_IMAGE=${args?.DENO_IMAGE}$`, "m"),
  );
});

Deno.test("Dockerfile.triton and docker-compose.yml name one Triton", async () => {
  const { args } = serviceOf("gpu", "triton")[1].build ?? {};
  assert.match(
    await readText("Dockerfile.triton"),
    new RegExp(`^ARG TRITON_IMAGE=${args?.TRITON_IMAGE}$`, "m"),
  );
});

for (const name of ["Dockerfile.gateway", "Dockerfile.triton"]) {
  Deno.test(`${name} copies what is there`, async () => {
    const copied = [...(await readText(name)).matchAll(/^COPY (?:--\S+ )*(.+) \S+$/gm)]
      .flatMap(([, sources = ""]) => sources.split(" "));
    for (const source of copied) assert.ok(await exists(source), source);
  });
}

/** Names at the beginning of a line, commented out or not. */
function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name = ""]) => name));
}

Deno.test(".env.example explains every variable of the Compose files", () => {
  const explained = namesIn(example);
  const images = /_IMAGE$/;
  const missing = [...file.variables, ...ports.variables].filter((name) =>
    !explained.has(name) && !images.test(name) && !name.startsWith("GATEWAY_") &&
    !/^(EDGE|TRITON)_ADDRESS$/.test(name)
  );
  assert.deepEqual(missing, []);
});

Deno.test(".env.example names nothing that has no effect", () => {
  const passedOn = Object.keys(serviceOf("gpu", "model")[1].environment ?? {});
  const settings = Object.values(FIELDS).map(({ env }) => env);
  const known = new Set<string>([
    ...variablesOf(file),
    ...variablesOf(ports),
    ...passedOn,
    ...settings,
    "COMPOSE_PROFILES",
    "COMPOSE_FILE",
  ]);
  assert.deepEqual([...namesIn(example)].filter((name) => !known.has(name)), []);
});

/** A name with our prefix that is no setting would reach the gateway through `env_file`, which ends its start. */
Deno.test("Compose variables with the gateway's prefix are settings of the gateway", () => {
  const settings = new Set<string>(Object.values(FIELDS).map(({ env }) => env));
  const ours = variablesOf(file).filter((name) => name.startsWith("GATEWAY_"));
  assert.deepEqual(ours.filter((name) => !settings.has(name)), []);
});

function variablesOf({ variables }: ComposeFile): readonly string[] {
  return variables;
}
