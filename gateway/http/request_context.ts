/** What one HTTP request carries from its head to its reply. */
import type { Context } from "hono";
import type { Deadline } from "../work/deadline.ts";
import type { GatewayError } from "../contract/errors.ts";
import type { Phase, Step } from "../telemetry/events.ts";
import type { RequestSpan } from "../telemetry/tracing.ts";
import type { Dialect } from "./dialects/dialect.ts";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The id that a client proposes, kept if it is harmless in logs and headers; else a new one. */
export function requestIdOf(proposedId: string | null): string {
  return proposedId !== null && REQUEST_ID.test(proposedId) ? proposedId : crypto.randomUUID();
}

/** Identity, deadline and measurements of a request. */
export class RequestContext {
  readonly requestId: string;
  readonly deadline: Deadline;
  /** Whose words its errors are in; another one's once its body is known to be that one's. */
  dialect: Dialect;
  readonly startedMs: number = performance.now();
  readonly phaseMs: Partial<Record<Phase, number>> = {};
  /** Label of the route; a closed set, so that metrics cannot grow with what clients ask for. */
  route = "other";
  /** Name of the served model, once it is known. */
  model: string | undefined;
  bodyBytes = 0;
  inputs = 0;
  error: GatewayError | undefined;
  /** Where its steps are collected as a trace; absent where nobody collects them. */
  span: RequestSpan | undefined;

  /** @param proposedId The client's `x-request-id`, kept if it is harmless in logs and headers. */
  constructor(proposedId: string | null, deadline: Deadline, dialect: Dialect) {
    this.requestId = requestIdOf(proposedId);
    this.deadline = deadline;
    this.dialect = dialect;
  }

  /** Adds milliseconds to a phase; a trace has each of them by itself, until `endMs` or now. */
  readonly stamp = (step: Step, milliseconds: number, endMs?: number): void => {
    if (step !== "admission" && step !== "slot") {
      this.phaseMs[step] = (this.phaseMs[step] ?? 0) + milliseconds;
    }
    this.span?.add(step, milliseconds, endMs);
  };

  /** The phases as a `Server-Timing` header (W3C Server Timing), durations in milliseconds. */
  serverTiming(): string {
    let timing = "";
    for (const phase of Object.keys(this.phaseMs) as Phase[]) {
      timing += `${phase};dur=${inHundredths(this.phaseMs[phase] ?? 0)}, `;
    }
    return `${timing}total;dur=${inHundredths(performance.now() - this.startedMs)}`;
  }
}

/** As `toFixed(2)`, which takes three times as long, of what is not negative. */
function inHundredths(value: number): string {
  const hundredths = Math.round(value * 100);
  const rest = hundredths % 100;
  return `${(hundredths - rest) / 100}.${rest < 10 ? "0" : ""}${rest}`;
}

/** Hono's environment: every handler finds its context here, and who asks. */
export interface AppEnv {
  Bindings: { client: string };
  Variables: { context: RequestContext };
}

/** What handlers take. */
export type AppContext = Context<AppEnv>;
