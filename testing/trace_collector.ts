/** A receiver of traces for tests: OTLP as JSON over HTTP (source: opentelemetry-proto, `trace/v1/trace.proto`). */

/** A span, as far as tests look at it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface OtlpSpan extends Omit<CollectedSpan, "attributes"> {
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly { key: string; value: Record<string, unknown> }[];
}

interface OtlpTraces {
  readonly resourceSpans?: readonly { scopeSpans: readonly { spans: readonly OtlpSpan[] }[] }[];
}

/** Longer than a gateway keeps spans back, on a slow machine. */
const ARRIVAL_MS_MAX = 20_000;

/** Keeps every span that is sent to it. */
export class TraceCollector implements AsyncDisposable {
  readonly #spans: CollectedSpan[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #arrival = Promise.withResolvers<void>();

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, async (request) => {
      this.#take(await request.json());
      return Response.json({});
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /**
   * The spans of a trace, once so many are there.
   *
   * @throws {Error} when they do not come, with what came.
   */
  async spansOf(traceId: string, count: number): Promise<CollectedSpan[]> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new Error(`Spans do not come: ${JSON.stringify(this.#spans)}`));
    }, ARRIVAL_MS_MAX);
    try {
      while (true) {
        const spans = this.#spans.filter((span) => span.traceId === traceId);
        if (spans.length >= count) return spans;
        await Promise.race([this.#arrival.promise, late]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #take({ resourceSpans = [] }: OtlpTraces): void {
    for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans)) {
      this.#spans.push(...span.spans.map(toSpan));
    }
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  }
}

function toSpan(span: OtlpSpan): CollectedSpan {
  const { traceId, spanId, parentSpanId, name, attributes = [] } = span;
  const pairs = attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    attributes: Object.fromEntries(pairs),
  };
}
