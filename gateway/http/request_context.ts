/** What one HTTP request carries from its head to its reply. */
import type { Context } from "hono";
import type { Deadline } from "../work/deadline.ts";
import type { GatewayError } from "../contract/errors.ts";
import type { Phase } from "../telemetry/events.ts";
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

  /** @param proposedId The client's `x-request-id`, kept if it is harmless in logs and headers. */
  constructor(proposedId: string | null, deadline: Deadline, dialect: Dialect) {
    this.requestId = requestIdOf(proposedId);
    this.deadline = deadline;
    this.dialect = dialect;
  }

  /** Adds milliseconds to a phase. */
  readonly stamp = (phase: Phase, milliseconds: number): void => {
    this.phaseMs[phase] = (this.phaseMs[phase] ?? 0) + milliseconds;
  };

  /** The phases as a `Server-Timing` header (W3C Server Timing), durations in milliseconds. */
  serverTiming(): string {
    const phases = Object.entries(this.phaseMs).map(([phase, duration]) =>
      `${phase};dur=${duration.toFixed(2)}`
    );
    return [...phases, `total;dur=${(performance.now() - this.startedMs).toFixed(2)}`].join(", ");
  }
}

/** Hono's environment: every handler finds its context here, and who asks. */
export interface AppEnv {
  Bindings: { client: string };
  Variables: { context: RequestContext };
}

/** What handlers take. */
export type AppContext = Context<AppEnv>;
