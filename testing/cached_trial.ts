/** A cached pipeline on a real one, of fakes. */
import { CachedPipeline } from "../gateway/embed/cached_pipeline.ts";
import { EmbeddingCache, entryBytes } from "../gateway/embed/embedding_cache.ts";
import { Deadline } from "../gateway/work/deadline.ts";
import type { LeaseHolder } from "../gateway/engine/engine.ts";
import { GatewayError } from "../gateway/contract/errors.ts";
import type { PreprocessJob } from "../gateway/work/slot_preprocessor.ts";
import type { EncodedInput } from "../gateway/contract/embed_request.ts";
import type { EmbedOptions } from "../gateway/contract/options.ts";
import { PhotoEncoder } from "../gateway/embed/photo_encoder.ts";
import { Pipeline } from "../gateway/embed/pipeline.ts";
import { FAKE_DIM, FakeEngine } from "./fake_engine.ts";
import { decodeLevel } from "./level_photos.ts";
import { DEFAULT_LIMITS } from "../preprocess/contract/image_limits.ts";
import { RecordingTelemetry } from "./recording_telemetry.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { until } from "./until.ts";

const OPTIONS: EmbedOptions = { ...OPEN_CLIP, normalize: false, onError: "fail" };

/** Who asks. */
interface Caller {
  readonly client?: AbortSignal;
  readonly holder?: LeaseHolder;
  readonly addPixels?: () => void;
  /** The cached one when absent. */
  readonly pipeline?: Pick<Pipeline, "embed">;
}

/** Shows embeddings as numbers and errors as their codes. */
export class CachedTrial {
  readonly engine = new FakeEngine({ slots: 200, inputByteLength: FAKE_DIM * 4 });
  readonly telemetry = new RecordingTelemetry();
  /** Milliseconds of each phase. */
  readonly stamps = new Map<string, number>();
  readonly plain: Pipeline;
  readonly cache: EmbeddingCache;
  /** Called while images are looked up. */
  onKeys: () => void = () => {};
  /** Images that workers were given. */
  decodes = 0;
  readonly #pipeline: CachedPipeline;
  #gate: PromiseWithResolvers<void> | undefined;

  /** @param images Embeddings the cache has room for. */
  constructor(images = 100) {
    const { engine, telemetry } = this;
    const workers = {
      run: async (job: PreprocessJob, transfer: Transferable[]) => {
        this.decodes++;
        await this.#gate?.promise;
        // As a worker does it: takes the bytes away from whoever sent them.
        return decodeLevel(structuredClone(job, { transfer }));
      },
    };
    const encoder = new PhotoEncoder({ workers, limits: DEFAULT_LIMITS, telemetry });
    this.plain = new Pipeline({
      engine,
      encoder,
      onRefused: (code) => telemetry.imageRefused(code),
    });
    this.cache = new EmbeddingCache({
      bytesMax: images * entryBytes(FAKE_DIM),
      onEvicted: () => telemetry.cacheEvicted(),
    });
    this.#pipeline = new CachedPipeline({
      pipeline: this.plain,
      cache: this.cache,
      engine,
      preprocessId: ({ orient }) => {
        this.onKeys();
        return `p1-${orient}`;
      },
      telemetry,
    });
  }

  /** Makes workers wait until the function it gives is called. */
  hold(): () => void {
    const gate = this.#gate = Promise.withResolvers<void>();
    return () => {
      this.#gate = undefined;
      gate.resolve();
    };
  }

  async embed(
    images: readonly EncodedInput[],
    options: Partial<EmbedOptions> = {},
    { client, holder = "request", addPixels = () => {}, pipeline = this.#pipeline }: Caller = {},
  ): Promise<(number[] | string)[]> {
    const clientSignal = client ?? new AbortController().signal;
    using deadline = new Deadline({ timeoutMs: 5000, clientSignal });
    const items = await pipeline.embed(images, { ...OPTIONS, ...options }, {
      deadline,
      permit: { addPixels, addInputs: () => {}, hold: () => new DisposableStack() },
      holder,
      client: "",
      stamp: (phase, milliseconds) =>
        void this.stamps.set(phase, (this.stamps.get(phase) ?? 0) + milliseconds),
    });
    return items.map((item) => item instanceof GatewayError ? item.code : [...item]);
  }

  /** Waits until so many images are decoded. */
  async decoding(count: number): Promise<void> {
    await until(`${count} images are decoded`, () => this.decodes === count);
  }
}
