/**
 * Every config.pbtxt of model_repository/, byte for byte as it is committed, in a real Triton.
 *
 * This proves what Triton itself reads: the syntax, every field, tensors, batching, and that each warm-up runs. It does
 * not prove what only NVIDIA's ONNX Runtime backend reads, the parameters for CUDA and TensorRT: the backend here is
 * Python around the onnxruntime wheel, on the CPU, and takes no notice of them. Models with weights are stand-ins.
 */
import assert from "node:assert/strict";
import { createNormalizer } from "../../preprocess/resize/normalize.ts";
import type { ImageManifest, ModelManifest, TextManifest } from "../contract/manifest.ts";
import { compareEmbeddings } from "../contract/vectors.ts";
import {
  MODEL_REPOSITORY,
  MODELS,
  readModelManifest,
} from "../../testing/models/repository_manifests.ts";
import { standInModel } from "../../testing/models/stand_in_model.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { LIMITS } from "../../testing/real_triton.ts";
import { waveInput } from "../../testing/wave_inputs.ts";
import { startTriton, type TritonProcess } from "../../testing/triton/triton_process.ts";
import { TritonClient } from "../../triton/client.ts";
import { TritonError } from "../../triton/errors.ts";
import { TritonTransport } from "../../triton/transport.ts";
import { ModelFolder } from "../repository/model_folder.ts";

/** Of one photo alone and in a batch, whose sums come in another order; in FP16 that can round the other way. */
const DIFFERENCE_MAX = { none: 1e-6, int8_dynamic: 1e-6, float16: 1e-3 } as const;

/** The model that has a second version. */
const TWO_VERSIONS = "dct_512";

const manifests = MODELS.map(readModelManifest);
const resources = new AsyncDisposableStack();
let triton: TritonProcess | undefined;
let client: TritonClient;

Deno.test.beforeAll(async () => {
  const repository = resources.use(await temporaryFolder());
  for (const manifest of manifests) {
    const folder = `${repository.path}/${manifest.name}`;
    await Deno.mkdir(`${folder}/1`, { recursive: true });
    await Deno.writeFile(`${folder}/1/model.onnx`, await standInModel(manifest));
    const committed = new ModelFolder(MODEL_REPOSITORY, manifest.name);
    for (const file of ["config.pbtxt", "manifest.json"] as const) {
      await Deno.copyFile(committed.pathOf(file), `${folder}/${file}`);
    }
  }
  const first = `${repository.path}/${TWO_VERSIONS}/1`;
  await Deno.mkdir(`${repository.path}/${TWO_VERSIONS}/2`);
  await Deno.copyFile(`${first}/model.onnx`, `${repository.path}/${TWO_VERSIONS}/2/model.onnx`);
  const options = { repository: repository.path, exitTimeoutSeconds: 5 };
  triton = resources.use(await startTriton(options));
  client = new TritonClient(resources.use(new TritonTransport({ url: triton.grpcUrl })));
});
Deno.test.afterAll(async () => {
  // Stopping takes seconds, and there is no triton when it did not start.
  await triton?.stop("SIGKILL");
  await resources.disposeAsync();
});

/** Embeddings of the waves 0 to count − 1, in one request. */
async function embed(manifest: ModelManifest, count: number): Promise<Float32Array[]> {
  const { name, input, output } = manifest;
  const inputs = manifest.modality === "text" ? texts(manifest, count) : photos(manifest, count);
  const [embeddings] = await client.infer({
    model: name,
    inputs: [{
      ...input,
      shape: [count, ...input.shape],
      bytes: await new Blob(inputs).bytes(),
    }],
    outputs: [{ ...output, shape: [count, ...output.shape] }],
  }, LIMITS);
  const numbers = embeddings?.data as Float32Array;
  const dim = numbers.length / count;
  return Array.from({ length: count }, (_, row) => numbers.slice(row * dim, (row + 1) * dim));
}

function photos({ input, preprocess }: ImageManifest, count: number) {
  const normalize = createNormalizer(preprocess);
  return Array.from({ length: count }, (_, seed) => {
    const crop = waveInput(seed, {
      inputDatatype: "UINT8",
      inputByteLength: 3 * preprocess.size ** 2,
    });
    if (input.datatype === "UINT8") return crop;
    const pixels = new Float32Array(crop.length);
    normalize(crop, pixels);
    return pixels;
  });
}

/** Ids between those of start and end; each text is one token longer than the one before. */
function texts({ input }: TextManifest, count: number) {
  return Array.from({ length: count }, (_, seed) => {
    const ids = new Int32Array(input.shape[0] as number);
    ids.set([49406, ...Array.from({ length: seed + 1 }, (_, index) => 320 + 37 * index), 49407]);
    return ids;
  });
}

Deno.test("Triton completes no configuration by itself", () => {
  assert(triton?.log.some((line) => /\| strict_model_config +\| 1 +\|/.test(line)));
});

Deno.test("Triton serves a new version of a model beside the one before", async () => {
  const { versions } = await client.modelMetadata(TWO_VERSIONS, LIMITS);
  assert.deepEqual(versions.toSorted(), ["1", "2"]);
});

for (const manifest of manifests) {
  const { name, input, output, max_batch_size, serving, reference } = manifest;

  Deno.test(`Triton serves ${name} by its config.pbtxt, warm`, async () => {
    assert(await client.modelReady(name, LIMITS));
    const metadata = await client.modelMetadata(name, LIMITS);
    assert.deepEqual(metadata.inputs, [{ ...input, shape: [-1, ...input.shape] }]);
    assert.deepEqual(metadata.outputs, [{ ...output, shape: [-1, ...output.shape] }]);
    const [statistics] = await client.statistics(name, LIMITS);
    assert.deepEqual(
      statistics?.batchStats.map(({ batchSize }) => Number(batchSize)),
      serving.warmup_batch_sizes === "every"
        ? Array.from({ length: max_batch_size }, (_, index) => index + 1)
        : serving.warmup_batch_sizes,
    );
  });

  Deno.test(`Triton runs ${name} on batches of 1 and ${max_batch_size}, and refuses more`, async () => {
    const [alone] = await embed(manifest, 1);
    const rows = await embed(manifest, max_batch_size);
    rows.forEach((row) => assert(row.every(Number.isFinite)));
    const { maxDifference } = compareEmbeddings(alone as Float32Array, rows[0] as Float32Array);
    const { architecture } = manifest;
    const quantization = architecture.type === "dct" ? "none" : architecture.quantization;
    assert(maxDifference <= DIFFERENCE_MAX[quantization], `${maxDifference}`);
    await assert.rejects(
      embed(manifest, max_batch_size + 1),
      (error) => error instanceof TritonError && error.kind === "our_fault",
    );
  });

  if (reference === undefined) continue;

  Deno.test(`Triton's ${name} embeds photos as ${reference.model} does`, async () => {
    const expected = await embed(readModelManifest(reference.model), max_batch_size);
    for (const [index, row] of (await embed(manifest, max_batch_size)).entries()) {
      const { cosine } = compareEmbeddings(row, expected[index] as Float32Array);
      assert(cosine >= reference.cosine_min, `photo ${index}: ${cosine}`);
    }
  });
}
