/** What the Compose files promise, for every way to start them. There is no Docker here, so the files are read instead. */
import assert from "node:assert/strict";
import { parseConfig } from "../gateway/config/config.ts";
import { slotCapacity } from "../gateway/engine/triton/slot_memory.ts";
import {
  durationSeconds,
  readComposeFile,
  type Service,
  servicesOf,
} from "./compose/compose_file.ts";
import { environmentOf, exists, readStack, readText, type Stack } from "./compose/stacks.ts";
import { readImportGraph } from "../tools/import_graph.ts";
import { readSources } from "../tools/source_tree.ts";

const PROFILES = ["monitoring", "edge", "compare"];
const OURS = "1000:1000";
/** 3 × 224 × 224 FP32. */
const INPUT_BYTES = 602_112;

const stacks = {
  bare: await readStack("bare"),
  trt: await readStack("trt"),
  cpu: await readStack("cpu"),
};
const GPU_STACKS = ["bare", "trt"] as const;
const ALL_STACKS = ["bare", "trt", "cpu"] as const;

function serviceOf(stack: Stack, name: string): Service {
  const service = stacks[stack].services[name];
  assert.ok(service, `${name} of ${stack}`);
  return service;
}

/** What is set, and what is then served; nothing for the stack's own default. */
const SERVED: readonly [Record<string, string>, string | undefined][] = [
  [{}, undefined],
  [{ MODELS: "a,b:2" }, "a,b:2"],
  [{ MODEL: "a" }, "a"],
  [{ MODELS: "" }, undefined],
];
const DEFAULT_MODELS: Readonly<Record<Stack, string>> = {
  bare: "openclip_vit_b32,openclip_vit_b32_text",
  trt: "openclip_vit_b32_trt",
  cpu: "openclip_vit_b32",
};

const graceOf = (service: Service) => durationSeconds(service.stop_grace_period);

for (const stack of ALL_STACKS) {
  Deno.test(`stack ${stack} starts a model, a gateway, and Triton unless on a CPU, without any profile`, () => {
    assert.deepEqual(
      Object.keys(servicesOf(stacks[stack], [])).sort(),
      stack === "cpu" ? ["gateway", "model"] : ["gateway", "model", "triton"],
    );
  });

  Deno.test(`stack ${stack} needs nothing that it does not have`, () => {
    const { services, networks, volumes } = stacks[stack];
    for (const [name, service] of Object.entries(services)) {
      const { depends_on = {}, networks: joined = {} } = service;
      const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      for (const other of needed) {
        const profiles = services[other]?.profiles;
        assert.ok(other in services, `${name} needs ${other}`);
        assert.ok(profiles === undefined || profiles[0] === service.profiles?.[0], other);
      }
      const names = Array.isArray(joined) ? joined : Object.keys(joined);
      for (const network of names) assert.ok(network in networks, network);
      for (const volume of service.volumes ?? []) {
        const [source = ""] = volume.split(":");
        assert.ok(source.startsWith("./") || source in volumes, volume);
      }
    }
  });

  Deno.test(`stack ${stack} gives the gateway settings it accepts`, async () => {
    const { config, problems } = parseConfig(environmentOf(serviceOf(stack, "gateway")));
    assert.deepEqual(problems, []);
    assert.equal(config.host, "0.0.0.0");
    assert.equal(config.engine, stack === "cpu" ? "embedded" : "triton");
    for (const model of config.models) {
      assert.ok(await exists(`model_repository/${model}/manifest.json`), model);
    }
  });

  for (const [variables, asked] of SERVED) {
    Deno.test(`stack ${stack} prepares what is served with ${JSON.stringify(variables)}`, async () => {
      const expected = asked ?? DEFAULT_MODELS[stack];
      const { model = {}, gateway = {}, triton } = (await readStack(stack, variables)).services;
      assert.equal(model.environment?.MODELS, expected);
      assert.equal(gateway.environment?.GATEWAY_MODELS, expected);
      assert.equal(model.restart, "no");
      if (stack !== "cpu") assert.equal(triton?.environment?.MODELS, expected);
      assert.deepEqual((stack === "cpu" ? gateway : triton)?.depends_on, {
        model: { condition: "service_completed_successfully" },
      });
    });
  }

  Deno.test(`stack ${stack} lets the gateway drain before Docker kills it`, () => {
    const gateway = serviceOf(stack, "gateway");
    const { config } = parseConfig(environmentOf(gateway));
    const drainSeconds = (config.drainDelayMs + config.drainTimeoutMs) / 1000;
    assert.ok(graceOf(gateway) >= drainSeconds + 5);
  });

  Deno.test(`stack ${stack} serves FP32 on the CPU to compare with, whatever MODELS is`, () => {
    if (stack === "cpu") {
      assert.equal(stacks.cpu.services.compare, undefined);
      return;
    }
    const fp32 = serviceOf(stack, "fp32");
    const { config, problems } = parseConfig(environmentOf(fp32));
    assert.deepEqual(problems, []);
    assert.equal(config.engine, "embedded");
    assert.equal(config.model, "openclip_vit_b32");
    assert.equal(serviceOf(stack, "fp32-model").environment?.MODELS, "openclip_vit_b32");
    assert.equal(fp32.environment?.GATEWAY_MODEL_ALIASES, "");
    assert.deepEqual(fp32.ports, []);
  });
}

for (const stack of GPU_STACKS) {
  Deno.test(`stack ${stack} stops the gateway before Triton`, () => {
    const { depends_on } = serviceOf(stack, "gateway");
    assert.deepEqual(depends_on, { triton: { condition: "service_healthy" } });
  });

  Deno.test(`stack ${stack} has one shared memory, of one user, with room for two regions`, () => {
    const triton = serviceOf(stack, "triton");
    const gateway = serviceOf(stack, "gateway");
    assert.ok(
      triton.volumes?.includes("shm:/dev/shm") && gateway.volumes?.includes("shm:/dev/shm"),
    );
    assert.equal(triton.user, gateway.user);
    const options = stacks[stack].volumes.shm?.driver_opts ?? {};
    assert.equal(options.type, "tmpfs");
    assert.match(options.o ?? "", /,uid=1000,gid=1000,mode=0700$/);
    const bytes = Number(/size=(\d+)/.exec(options.o ?? "")?.[1]);
    const { config } = parseConfig({});
    assert.ok(bytes > 2 * slotCapacity(config.slots) * INPUT_BYTES);
  });

  Deno.test(`stack ${stack} keeps Triton off the network, and the engines it builds`, () => {
    const triton = serviceOf(stack, "triton");
    assert.equal(triton.ports, undefined);
    assert.deepEqual(triton.networks, ["inside"]);
    assert.equal(stacks[stack].networks.inside?.internal, true);
    assert.ok(triton.volumes?.includes("engines:/cache"));
    assert.ok(triton.volumes?.includes("models:/models:ro"));
    assert.match(JSON.stringify(triton.deploy), /"driver":"nvidia".*"capabilities":\["gpu"\]/);
  });

  Deno.test(`stack ${stack} bounds the memory of gateway and Triton, within 16 GB together`, () => {
    const gigabytes = ["gateway", "triton"].map((name) =>
      Number(/^(\d+)g$/.exec(serviceOf(stack, name).mem_limit ?? "")?.[1])
    );
    assert.ok(gigabytes.every((size) => size > 0), String(gigabytes));
    assert.ok(gigabytes.reduce((sum, size) => sum + size) < 16);
  });

  Deno.test(`stack ${stack} gives Triton half an hour to build TensorRT engines`, async () => {
    const { start_period } = serviceOf(stack, "triton").healthcheck ?? {};
    assert.ok(durationSeconds(start_period) >= 1800);
    assert.match(
      await readText("Dockerfile.triton"),
      new RegExp(`--start-period=${start_period} `),
    );
  });
}

/** Docker's client settings put HTTP_PROXY and http_proxy into every container. */
Deno.test("services reach each other without the host's proxy", async () => {
  for (const name of ["caddy", "grafana", "compare"]) {
    const { NO_PROXY, no_proxy } = environmentOf(serviceOf("bare", name));
    assert.equal(NO_PROXY, "gateway,fp32,prometheus", name);
    assert.equal(no_proxy, NO_PROXY);
  }
  for (const file of ["Dockerfile.triton", "docker-compose.yml"]) {
    assert.match(await readText(file), /"curl [^"]*--noproxy '\*' [^"]*\/v2\/health\/ready"/, file);
  }
});

Deno.test("the CPU's stack shares the volumes and the networks of the GPU's", () => {
  const { bare, cpu } = stacks;
  for (const [name, volume] of Object.entries(cpu.volumes)) {
    assert.deepEqual(volume, bare.volumes[name], name);
  }
  assert.deepEqual(cpu.networks, bare.networks);
  for (const name of ["prometheus", "grafana", "caddy"]) {
    assert.deepEqual(cpu.services[name], bare.services[name]);
  }
  assert.ok(!cpu.services.gateway?.volumes?.some((volume) => volume.startsWith("shm:")));
});

for (const [name, service] of Object.entries(servicesOf(stacks.bare, PROFILES))) {
  Deno.test(`service ${name} has no rights it does not need`, () => {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ["ALL"]);
    assert.deepEqual(service.cap_add, name === "caddy" ? ["NET_BIND_SERVICE"] : undefined);
    const isGateway = name === "gateway" || name === "fp32";
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
    const { DENO_IMAGE, TRITON_IMAGE } = service.build?.args ?? {};
    for (const image of [DENO_IMAGE, TRITON_IMAGE, service.image]) {
      if (image === undefined) continue;
      assert.match(image, /:(local$|v?\d+\.\d+)/);
    }
    assert.equal(service.pull_policy, service.build && "never");
  });

  Deno.test(`service ${name} mounts what is there`, async () => {
    for (const volume of service.volumes ?? []) {
      const [source = ""] = volume.split(":");
      assert.ok(
        source.startsWith("./") ? await exists(source) : source in stacks.bare.volumes,
        volume,
      );
    }
    if (service.build) assert.ok(await exists(service.build.dockerfile));
  });
}

Deno.test("deploy/triton/ports.yml opens Triton's ports on loopback", async () => {
  const { services } = readComposeFile(await readText("deploy/triton/ports.yml"));
  assert.deepEqual(Object.keys(services), ["triton"]);
  assert.deepEqual(services.triton?.ports, [8000, 8001, 8002].map((n) => `127.0.0.1:${n}:${n}`));
});

Deno.test("Deno's version is the one CI runs", async () => {
  const ci = /npx -y deno@([\d.]+) /.exec(await readText(".ci/run"))?.[1];
  const { args } = serviceOf("bare", "gateway").build ?? {};
  assert.equal(args?.DENO_IMAGE, `denoland/deno:${ci}`);
  assert.match(
    await readText("Dockerfile.gateway"),
    new RegExp(`^ARG DENO_IMAGE=${args?.DENO_IMAGE}$`, "m"),
  );
});

Deno.test("what the exporter is made of is in the digest by which models are exported anew", async () => {
  const [, folders = ""] = /find (.+) -name '\*\.ts' .* > exporter\.sha256/.exec(
    await readText("Dockerfile.gateway"),
  ) ?? [];
  const { edges } = await readImportGraph(".", await readSources("."));
  const reached = new Set<string>(["models/export/main.ts"]);
  // A set's loop also visits what is added meanwhile.
  for (const path of reached) {
    for (const { from, to } of edges) if (from === path) reached.add(to);
  }
  const needed = new Set(
    [...reached].filter((path) => path.endsWith(".ts")).map((path) => path.split("/")[0]),
  );
  assert.deepEqual(folders.split(" ").sort(), [...needed].sort());
});

Deno.test("Dockerfile.triton and docker-compose.yml name one Triton", async () => {
  const { args } = serviceOf("bare", "triton").build ?? {};
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
