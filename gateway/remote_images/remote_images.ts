/** The images of a request that are somewhere else: fetched side by side, within its deadline and its permit. */
import type { AskedInput, EmbedInput, RemoteImage } from "../contract/embed_request.ts";
import { type GatewayError, InputFailure, limitError, toGatewayError } from "../contract/errors.ts";
import { Deadline } from "../work/deadline.ts";
import type { FetchPlaces } from "./fetch_places.ts";
import { type FetchBounds, type ImageFetcher, unreachable } from "./image_fetcher.ts";

/** Counts what a request holds; waiting for hosts is no work, as waiting for a slow body is none. */
export interface RemoteImageHolder {
  addBytes(bytes: number): void;
  setSlow(): void;
  bodyEnded(): void;
}

/** On whose behalf images are fetched. */
export interface RemoteImageOrder {
  readonly deadline: Deadline;
  readonly permit: RemoteImageHolder;
  /** Whether an image that cannot be fetched is its item's error instead of the request's. */
  readonly keepErrors: boolean;
  readonly stamp: (phase: "fetch", milliseconds: number) => void;
}

/** What fetching for all requests is made of. */
export interface RemoteImagesOptions {
  readonly fetcher: Pick<ImageFetcher, "fetch">;
  readonly places: FetchPlaces;
  /** Of all images of one request: as much as it could have sent. */
  readonly bytesMax: number;
  /** Of one image, behind its wait for a place. */
  readonly timeoutMs: number;
}

/** Of one request, so that its batch does not take every place. */
const SIDE_BY_SIDE = 4;

/** Turns addresses into bytes. */
export class RemoteImages {
  readonly #options: RemoteImagesOptions;

  constructor(options: RemoteImagesOptions) {
    this.#options = options;
  }

  /**
   * Fetches those of a request's inputs that are addresses; the others stay as they are. When it settles, nothing is
   * being fetched any more.
   *
   * @throws {GatewayError} An `InputFailure` for the first image that fails, unless errors are kept; `overloaded` or the
   * deadline's reason.
   */
  async fetchAll(
    inputs: readonly AskedInput[],
    order: RemoteImageOrder,
  ): Promise<readonly EmbedInput[]> {
    const remote = inputs.flatMap((input, index) => isRemote(input) ? [{ index, ...input }] : []);
    if (remote.length === 0) return inputs as readonly EmbedInput[];
    const started = performance.now();
    const { deadline, permit, keepErrors, stamp } = order;
    using stop = new Stop(deadline.signal);
    const addBytes = this.#counter(permit);
    const fetched: EmbedInput[] = inputs.map((input) => isRemote(input) ? "" : input);
    let failure: GatewayError | undefined;
    const lane = async () => {
      for (let next = remote.shift(); next !== undefined; next = remote.shift()) {
        if (stop.signal.aborted) return;
        const { index, url } = next;
        try {
          fetched[index] = await this.#fetch(url, { addBytes, signal: stop.signal });
        } catch (thrown) {
          const error = toGatewayError(thrown);
          if (keepErrors && isOfImage(error)) fetched[index] = error;
          else {
            failure ??= isOfImage(error) ? new InputFailure(error, index) : error;
            stop.now();
          }
        }
      }
    };
    permit.setSlow();
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
    permit.bodyEnded();
    stamp("fetch", performance.now() - started);
    deadline.assertRemainingMs();
    if (failure !== undefined) throw failure;
    return fetched;
  }

  /** Counts the bytes of one request. */
  #counter(permit: RemoteImageHolder): (bytes: number) => void {
    const { bytesMax } = this.#options;
    let sum = 0;
    return (bytes) => {
      permit.addBytes(bytes);
      sum += bytes;
      if (sum <= bytesMax) return;
      const quantity = "the bytes of its request's images";
      throw limitError("body_too_large", { action: "fetch image", quantity, limit: bytesMax });
    };
  }

  async #fetch(url: string, { signal, addBytes }: FetchBounds): Promise<Uint8Array<ArrayBuffer>> {
    const { fetcher, places, timeoutMs } = this.#options;
    using _ = await places.take(signal);
    signal.throwIfAborted();
    using limit = new Deadline({ timeoutMs, clientSignal: signal });
    try {
      return await fetcher.fetch(url, { signal: limit.signal, addBytes });
    } catch (thrown) {
      if (signal.aborted || !limit.signal.aborted) throw thrown;
      throw unreachable(`its host must send all of it within ${timeoutMs} ms`, thrown);
    }
  }
}

/** Where nobody fetches; no dialect then takes addresses. */
export const NO_REMOTE_IMAGES: Pick<RemoteImages, "fetchAll"> = {
  fetchAll: (inputs) => Promise.resolve(inputs as readonly EmbedInput[]),
};

/** Ends what is being fetched for a request: with the request, or when one of its images failed it. */
class Stop implements Disposable {
  readonly #controller = new AbortController();
  readonly #request: AbortSignal;

  constructor(request: AbortSignal) {
    this.#request = request;
    if (request.aborted) this.now();
    request.addEventListener("abort", this.now);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly now = (): void => this.#controller.abort(this.#request.reason);

  [Symbol.dispose](): void {
    this.#request.removeEventListener("abort", this.now);
  }
}

function isRemote(input: AskedInput): input is RemoteImage {
  return typeof input === "object" && "url" in input;
}

/** Whether an error says something of the image, and not of the gateway's load or the request's time. */
function isOfImage({ code }: GatewayError): boolean {
  return code === "url_not_allowed" || code === "url_unreachable" || code === "body_too_large";
}
