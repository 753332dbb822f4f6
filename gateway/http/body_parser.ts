/** Parses bodies: short ones on the spot, long ones in a worker, so that they hold nobody else up. */
import type { EmbedRequest, EmbedRequestLimits } from "../contract/embed_request.ts";
import type { Deadline } from "../work/deadline.ts";
import { fromPlainError } from "../work/plain_error.ts";
import { WorkerPool } from "../work/worker_pool.ts";
import type { BodyJob, ParsedBody } from "./body_worker.ts";
import type { BodyKind } from "./codec/body_kind.ts";
import type { Dialect, EncodedRequest } from "./dialects/dialect.ts";
import { dialectNamed } from "./dialects/registry.ts";

/** Parsing this many bytes takes 1 to 2 ms, about what a worker costs in turn. */
const ON_THE_SPOT_BYTES_MAX = 1024 * 1024;
/** Of these no byte is looked at, or few. */
const QUICK_KINDS: readonly BodyKind[] = ["image", "image_batch", "text"];
/** 32 MiB take 50 ms. */
const BYTES_PER_MS = 32 * 1024 * 1024 / 50;
const PARSE_MS_MAX = 5_000;

/** What a parser is made of. */
export interface BodyParserOptions {
  readonly limits: EmbedRequestLimits;
  /** Long bodies that may wait; the bytes that requests may hold bound them further. */
  readonly queueMax: number;
}

/** On whose behalf a body is parsed, and for how long. */
export interface ParseOrder {
  /** Who waits with others for the worker. */
  readonly client: string;
  readonly deadline: Deadline;
  /** Where it was sent to: another dialect may claim it there. */
  readonly route: string;
}

/** A body that was parsed, in whose words errors are answered, too. */
export interface ReadBody {
  readonly dialect: Dialect;
  /** @throws {GatewayError} as the dialect's `decode()`. */
  readonly request: () => EmbedRequest;
}

/** Parses bodies of every dialect; the worker is started by the first long body. */
export class BodyParser implements Disposable {
  readonly #limits: EmbedRequestLimits;
  readonly #pool: WorkerPool<EmbedRequestLimits, BodyJob, ParsedBody>;

  constructor({ limits, queueMax }: BodyParserOptions) {
    this.#limits = limits;
    this.#pool = new WorkerPool({
      workerUrl: new URL("./body_worker.ts", import.meta.url),
      settings: limits,
      workers: 1,
      queueMax,
      clientOf: ({ client }) => client,
      costMs: ({ request }) => request.body.length / BYTES_PER_MS,
      jobMsMax: PARSE_MS_MAX,
      startsWithFirstJob: true,
      action: "read body",
      tooLong: "deadline_exceeded",
    });
  }

  /** Whether a body is parsed on the spot. */
  isShort({ kind, body }: Pick<EncodedRequest, "kind" | "body">): boolean {
    return body.length <= ON_THE_SPOT_BYTES_MAX || QUICK_KINDS.includes(kind);
  }

  /**
   * Parses a body, whose buffer moves away when it is long.
   *
   * @param dialect Whose it is; who claims a long one is told by the worker.
   * @throws {GatewayError} `overloaded`, `internal` or the deadline's reason when it is long.
   */
  async parse(
    dialect: Dialect,
    request: EncodedRequest,
    { client, deadline, route }: ParseOrder,
  ): Promise<ReadBody> {
    if (this.isShort(request)) {
      return { dialect, request: () => dialect.decode(request, this.#limits) };
    }
    const job = { dialect: dialect.name, route, client, request };
    const body = await this.#pool.run(job, [request.body.buffer], deadline.signal);
    const isClaimed = body.dialect !== dialect.name;
    return {
      dialect: isClaimed ? dialectNamed(body.dialect) : dialect,
      request: () => requestOf(body),
    };
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }
}

function requestOf({ parsed }: ParsedBody): EmbedRequest {
  if ("error" in parsed) throw fromPlainError(parsed.error);
  const { inputs, ...rest } = parsed.request;
  return {
    ...rest,
    inputs: inputs.map((input) =>
      typeof input === "object" && "code" in input ? fromPlainError(input) : input
    ),
  };
}
