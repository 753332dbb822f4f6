/** Which trace a request belongs to, as its client says (source: W3C Trace Context, Level 2). */

/** Where a call stands in a trace: whoever is called becomes a child of its span. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The header of that name, of version 00. */
  readonly traceparent: string;
  /** What tracing systems on the way say to each other, in their own words. */
  readonly tracestate?: string;
}

/** Version, trace, caller's span, flags; a later version may have more behind them, version ff does not exist. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const OWN_VERSION = "00";
const ZEROS = /^0+$/;
/** Flags that this version knows: sampled, and a trace id that is random. */
const SAMPLED = 0b01;
const KNOWN_FLAGS = 0b11;
/** A list of `key=value` in printable letters: what more it is to be, those judge who read it. */
const TRACESTATE = /^[\x20-\x7e\t]*$/;
/** What the recommendation has everybody pass on at least; more is dropped whole. */
const TRACESTATE_LENGTH_MAX = 512;
const MEMBERS_MAX = 32;

/**
 * The context that a request's headers carry. One that is not as it must be is ignored, with the state beside it; a bad
 * state alone is dropped.
 */
export function readTraceContext(headers: Headers): TraceContext | undefined {
  const text = headers.get("traceparent");
  if (text === null) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", rest] = TRACEPARENT.exec(text) ?? [];
  if (version === undefined || ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  if (version === OWN_VERSION && rest !== undefined) return undefined;
  return traceContext(
    { traceId, spanId, flags: Number.parseInt(flags, 16) & KNOWN_FLAGS },
    headers.get("tracestate"),
  );
}

/** A context of which the parts are known to be good, with a state that may not be. */
export function traceContext(
  { traceId, spanId, flags }: {
    readonly traceId: string;
    readonly spanId: string;
    readonly flags: number;
  },
  state: string | null,
): TraceContext {
  const parent = [OWN_VERSION, traceId, spanId, flags.toString(16).padStart(2, "0")];
  const traceparent = parent.join("-");
  if (state === null || !isPassedOn(state)) return { traceId, traceparent };
  return { traceId, traceparent, tracestate: state };
}

/** The headers that tell somebody else of it. */
export function traceHeaders({ traceparent, tracestate }: TraceContext): Record<string, string> {
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

/** Whether the caller records the trace. */
export function isSampled({ traceparent }: TraceContext): boolean {
  return (Number.parseInt(traceparent.slice(-2), 16) & SAMPLED) !== 0;
}

function isPassedOn(state: string): boolean {
  return state !== "" && state.length <= TRACESTATE_LENGTH_MAX && TRACESTATE.test(state) &&
    state.split(",").length <= MEMBERS_MAX;
}
