import assert from "node:assert/strict";
import { readRepositoryManifest } from "../testing/models/repository_manifests.ts";
import { testLinux } from "../testing/platform_tests.ts";
import { parseConfig } from "./config/config.ts";
import type { MemorySource } from "./config/memory_budget.ts";
import { effectiveConfig, modelThreadCount } from "./effective_config.ts";

const DCT = readRepositoryManifest("dct_512");
const VIT = readRepositoryManifest("openclip_vit_b32");
const CORES = navigator.hardwareConcurrency;
const MIB = 2 ** 20;
const MEMORY: MemorySource = {
  cores: 2,
  machineBytes: () => 1200 * MIB,
  readFile: () => "max",
};

function effective(env: Record<string, string>, manifest = DCT) {
  return effectiveConfig(parseConfig(env).config, [manifest], MEMORY);
}

testLinux("effectiveConfig() leaves no number open, and says where each comes from", () => {
  const { config, origins } = effective({});
  assert.equal(config.memoryBytesMax, 600 * MIB);
  assert.equal(config.decodeWorkers, CORES + 1);
  assert.equal(config.isolates, Math.min(CORES, 16));
  assert.equal(config.modelThreads, 1);
  assert.match(config.modelRepository, /^\/.*\/model_repository$/);
  assert.deepEqual(Object.keys(origins).sort(), [
    "decodeWorkers",
    "isolates",
    "memoryBytesMax",
    "modelRepository",
    "modelThreads",
  ]);
  assert.match(origins.memoryBytesMax ?? "", /memory that this process may have/);
});

Deno.test("effectiveConfig() gives a model with weights one isolate and a thread a core", () => {
  const { config, origins } = effective({ GATEWAY_ISOLATES: "3" }, VIT);
  assert.deepEqual([config.isolates, config.modelThreads], [1, CORES]);
  assert.match(origins.isolates ?? "", /have one$/);
});

Deno.test("effectiveConfig() names limits that others take back", () => {
  const env = { GATEWAY_IMAGE_COST_MS_MAX: "9000", GATEWAY_BATCH_IMAGES_MAX: "32" };
  const { config, origins } = effective(env, { ...DCT, max_batch_size: 4 });
  assert.deepEqual([config.imageCostMsMax, config.batchImagesMax], [5000, 4]);
  assert.match(origins.imageCostMsMax ?? "", /GATEWAY_IMAGE_TIMEOUT_MS$/);
  assert.match(origins.batchImagesMax ?? "", /max_batch_size$/);
});

testLinux("effectiveConfig() keeps what is set, and says nothing of it", () => {
  const set = {
    GATEWAY_MEMORY_BYTES_MAX: String(200 * MIB),
    GATEWAY_ISOLATES: "2",
    GATEWAY_DECODE_WORKERS: "1",
    GATEWAY_MODEL_THREADS: "1",
    GATEWAY_MODEL_REPOSITORY: "/models",
  };
  assert.deepEqual(effective(set), { config: parseConfig(set).config, origins: {} });
});

Deno.test("effectiveConfig() leaves the port to the start, and beside Triton what is the embedded engine's", () => {
  const { config, origins } = effective({ GATEWAY_PORT: "0", GATEWAY_ENGINE: "triton" }, VIT);
  assert.deepEqual([config.port, config.modelThreads], [0, 0]);
  assert.match(origins.port ?? "", /^a free one/);
  assert.equal(origins.modelThreads, undefined);
});

Deno.test("modelThreadCount() divides the threads among models with weights, and gives others one beside such", () => {
  const threads = (modelThreads: number, manifests: typeof DCT[]) =>
    manifests.map((manifest) => modelThreadCount({ modelThreads }, manifest, manifests));
  assert.deepEqual(threads(8, [VIT, DCT, VIT]), [4, 1, 4]);
  assert.deepEqual(threads(1, [VIT, VIT]), [1, 1]);
  assert.deepEqual(threads(0, [VIT]), [CORES]);
  assert.deepEqual([threads(0, [DCT, DCT]), threads(4, [DCT, DCT])], [[1, 1], [4, 4]]);
});

testLinux(
  "effectiveConfig() of several models has one isolate where any of them has weights",
  () => {
    const of = (...manifests: typeof DCT[]) =>
      effectiveConfig(parseConfig({}).config, manifests, MEMORY);
    const { config } = of(DCT, VIT);
    assert.deepEqual([config.isolates, config.modelThreads], [1, CORES]);
    assert.equal(of(DCT, DCT).config.isolates, Math.min(CORES, 16));
  },
);
