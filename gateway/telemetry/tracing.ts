/** Spans of requests, where Deno's OpenTelemetry is on (`OTEL_DENO=true`): the one place that names its API. */
import {
  context,
  ProxyTracerProvider,
  type Span,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";
import type { RequestAnswered, Step } from "./events.ts";
import {
  isSampled,
  readTraceContext,
  type TraceContext,
  traceContext,
} from "../contract/trace_context.ts";

/** A step that a request has done; times are `performance.now()`'s. */
interface DoneStep {
  readonly step: Step;
  readonly startMs: number;
  readonly endMs: number;
}

/** Milliseconds between both clocks' ideas of now that come from rounding. */
const CLOCKS_APART_MS = 2;

/** Makes the spans of one thread. */
export class Tracing {
  readonly #tracer: Tracer;
  #epochMs = performance.timeOrigin;

  private constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** What makes spans, or `undefined` where nobody collects them: then nothing of OpenTelemetry runs. */
  static start(version: string): Tracing | undefined {
    // Deno puts its own in this one's place.
    if (trace.getTracerProvider() instanceof ProxyTracerProvider) return undefined;
    return new Tracing(trace.getTracer("gateway", version));
  }

  /** The span that Deno has opened for the request which is being handled; `undefined` where there is none. */
  requestSpan(headers: Headers): RequestSpan | undefined {
    const span = trace.getActiveSpan();
    return span && new RequestSpan(span, headers, this.#write);
  }

  readonly #write = ({ step, startMs, endMs }: DoneStep): void => {
    const offsetMs = this.#offsetMs();
    this.#tracer.startSpan(step, { startTime: offsetMs + startMs }).end(offsetMs + endMs);
  };

  /** The two clocks go their own ways in a process that lives for weeks, and Deno's spans are of the other one. */
  #offsetMs(): number {
    const offsetMs = Date.now() - performance.now();
    if (Math.abs(offsetMs - this.#epochMs) > CLOCKS_APART_MS) this.#epochMs = offsetMs;
    return this.#epochMs;
  }
}

/** What is told of one request. */
export class RequestSpan {
  /** Whoever is called on the request's behalf becomes a child of its span. */
  readonly context: TraceContext;
  readonly #span: Span;
  readonly #write: (step: DoneStep) => void;
  readonly #steps: DoneStep[] = [];
  readonly #isRecorded: boolean;

  constructor(span: Span, headers: Headers, write: (step: DoneStep) => void) {
    this.#span = span;
    this.#write = write;
    const { traceId, spanId, traceFlags } = span.spanContext();
    const named = readTraceContext(headers);
    const caller = named?.traceId === traceId ? named : undefined;
    // Deno 2.8 records what its caller does not.
    const isWanted = caller === undefined || isSampled(caller);
    const flags = isWanted ? traceFlags : traceFlags & ~TraceFlags.SAMPLED;
    this.context = traceContext({ traceId, spanId, flags }, caller?.tracestate ?? null);
    this.#isRecorded = isSampled(this.context);
  }

  /** Notes a step that has taken some milliseconds, until now unless it ended before. */
  add(step: Step, milliseconds: number, endMs: number = performance.now()): void {
    if (this.#isRecorded) this.#steps.push({ step, startMs: endMs - milliseconds, endMs });
  }

  /** Writes all spans of steps at once, when the request is answered: none of them costs anything before that. */
  end({ route, method, requestId, model, inputs, code }: RequestAnswered): void {
    if (!this.#isRecorded) return;
    const span = this.#span;
    span.updateName(`${method} ${route}`);
    span.setAttribute("http.route", route);
    span.setAttribute("gateway.request_id", requestId);
    if (model !== undefined) span.setAttribute("gateway.model", model);
    if (inputs > 0) span.setAttribute("gateway.inputs", inputs);
    if (code !== undefined) span.setAttribute("error.type", code);
    context.with(trace.setSpan(context.active(), span), () => this.#steps.forEach(this.#write));
  }
}
