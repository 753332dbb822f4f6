/** The load generator: photos are made once, connections are opened and warmed up before anything is measured. */
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { createPhotos, type Photo, type PhotoSize } from "../photos/photo_set.ts";
import type { Clock } from "../timing/clock.ts";
import { mean } from "../timing/statistics.ts";
import { WAYS } from "../ways/registry.ts";
import { assertEmbeddings, type Way, type WayReply } from "../ways/way.ts";
import { loadFigures } from "./figures.ts";
import type { LoadJob, LoadResult, PreparedPhotos } from "./job.ts";
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
export class LoadGenerator implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #photos = new Map<string, Promise<Photo[]>>();
  #prepared: Prepared | undefined;
  #next = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes photos where they are missing, opens connections and warms both ends up. */
  async prepare(job: LoadJob): Promise<PreparedPhotos> {
    await this.finish();
    const { sends, create } = WAYS[job.way];
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

  /** Runs the prepared job. */
  async run(): Promise<LoadResult> {
    const { job } = this.#assertPrepared();
    const { pattern, limits, batch } = job;
    // Every way sends the same photos in the same order.
    this.#next = 0;
    const send = () => this.#send(batch);
    return loadFigures(await runLoop({ clock: this.#clock, pattern, limits, send }), batch);
  }

  /** Embeddings of the first photos, one by one, for comparing ways. */
  async embed(count: number): Promise<{ embeddings: number[][] }> {
    const { way, photos } = this.#assertPrepared();
    const embeddings: number[][] = [];
    for (const photo of photos.slice(0, count)) {
      embeddings.push([...(await way.send([photo])).embeddings]);
    }
    return { embeddings };
  }

  /** Closes the connections of the last job. */
  async finish(): Promise<void> {
    await this.#prepared?.way[Symbol.asyncDispose]();
    this.#prepared = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
  }

  async #send(batch: number): Promise<WayReply> {
    const { way, photos } = this.#assertPrepared();
    const first = this.#next;
    this.#next = (this.#next + batch) % photos.length;
    const sent = Array.from(
      { length: batch },
      (_, index) => photos[(first + index) % photos.length] as Photo,
    );
    const reply = await way.send(sent);
    assertEmbeddings(reply.embeddings, batch);
    return reply;
  }

  async #photosOf(size: PhotoSize, withTensors: boolean): Promise<Photo[]> {
    const key = `${size} ${withTensors}`;
    const made = this.#photos.get(`${size} true`) ?? this.#photos.get(key);
    if (made !== undefined) return await made;
    const { preprocess } = await new ModelFolder(REPOSITORY, "dct_512").manifest();
    const photos = createPhotos({ size, withTensors, preprocess });
    this.#photos.set(key, photos);
    return await photos;
  }

  #assertPrepared(): Prepared {
    if (this.#prepared === undefined) throw new TypeError("Cannot run a load before prepare");
    return this.#prepared;
  }
}
