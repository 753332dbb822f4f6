/** The load generator: photos are made once, connections are opened and warmed up before anything is measured. */
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { createPhotos, type Photo, type PhotoSize } from "../../testing/photo_set.ts";
import type { Clock } from "../../testing/timing/clock.ts";
import { mean } from "../timing/statistics.ts";
import { SENDERS } from "../ways/registry.ts";
import { assertEmbeddings, type ReplyStamps, type Way } from "../ways/way.ts";
import { loadFigures } from "./figures.ts";
import type { LoadCommands, LoadJob, LoadResult, PreparedPhotos } from "./job.ts";
import { runLoop } from "./loop.ts";

/** Both models want the same preprocessing. */
const REPOSITORY = new URL("../../model_repository/", import.meta.url);
/** Connections that are opened, by a request each, before anything is measured. */
const CONNECTIONS_MAX = 16;
/** Requests that follow, for code to be compiled at both ends. */
const WARM_UP_REQUESTS = 3;

interface Prepared {
  readonly job: LoadJob;
  readonly way: Way;
  readonly photos: readonly Photo[];
}

/** One job at a time. */
export class LoadGenerator implements LoadCommands, AsyncDisposable {
  readonly #clock: Clock;
  readonly #photos = new Map<string, Promise<Photo[]>>();
  #prepared: Prepared | undefined;
  #next = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async prepare(job: LoadJob): Promise<PreparedPhotos> {
    await this.finish();
    const { sends, create } = SENDERS[job.way];
    const photos = await this.#photosOf(job.photoSize, sends === "tensor");
    const way = create(job.target);
    this.#prepared = { job, way, photos };
    const clients = job.pattern.kind === "closed" ? job.pattern.clients : job.pattern.inflightMax;
    await Promise.all(
      Array.from({ length: Math.min(clients, CONNECTIONS_MAX) }, () => this.#send(1)),
    );
    for (let request = 0; request < WARM_UP_REQUESTS; request++) await this.#send(1);
    return { count: photos.length, jpegBytesMean: mean(photos.map(({ jpeg }) => jpeg.length)) };
  }

  async run(): Promise<LoadResult> {
    const { job } = this.#assertPrepared();
    const { pattern, limits, batch } = job;
    // Every way sends the same photos in the same order.
    this.#next = 0;
    const send = () => this.#send(batch);
    return loadFigures(await runLoop({ clock: this.#clock, pattern, limits, send }), batch);
  }

  async embed(count: number): Promise<number[][]> {
    const { way, photos } = this.#assertPrepared();
    const rows: number[][] = [];
    for (const photo of photos.slice(0, count)) {
      rows.push([...(await way.send([photo])).embeddings ?? []]);
    }
    return rows;
  }

  async finish(): Promise<void> {
    await this.#prepared?.way[Symbol.asyncDispose]();
    this.#prepared = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
  }

  async #send(batch: number): Promise<ReplyStamps> {
    const { way, photos } = this.#assertPrepared();
    const first = this.#next;
    this.#next = (this.#next + batch) % photos.length;
    const sent = Array.from(
      { length: batch },
      (_, index) => photos[(first + index) % photos.length] as Photo,
    );
    const { embeddings, ...stamps } = await way.send(sent);
    if (embeddings !== undefined) assertEmbeddings(embeddings, batch);
    return stamps;
  }

  async #photosOf(size: PhotoSize, withTensors: boolean): Promise<Photo[]> {
    const key = `${size} ${withTensors}`;
    const made = this.#photos.get(`${size} true`) ?? this.#photos.get(key);
    if (made !== undefined) return await made;
    const { preprocess } = await new ModelFolder(REPOSITORY, "dct_512").imageManifest();
    const photos = createPhotos({ size, withTensors, preprocess });
    this.#photos.set(key, photos);
    return await photos;
  }

  #assertPrepared(): Prepared {
    if (this.#prepared === undefined) throw new TypeError("Cannot run a load before prepare");
    return this.#prepared;
  }
}
