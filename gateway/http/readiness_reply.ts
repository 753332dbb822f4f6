/** GET /readyz: the gateway's answer, with every model's where there are several, or that of the model asked for. */
import type { GatewayReadiness } from "../embed/gateway_readiness.ts";
import type { Models } from "../embed/models.ts";
import type { ReadinessState } from "../embed/readiness.ts";

/** One answer. */
interface Status {
  readonly status: "ready" | "not_ready";
  readonly reason: string;
}

/** The body of a reply. */
export interface ReadinessReply extends Status {
  /** The models that it speaks for; left out where there is only one. */
  readonly models?: Readonly<Record<string, Status>>;
}

/**
 * Words an answer.
 *
 * @param name Any name of a model; the whole gateway without one.
 * @throws {GatewayError} `model_not_found`.
 */
export function readinessReply(
  { models: states, ...state }: GatewayReadiness,
  models: Pick<Models, "named">,
  name?: string,
): ReadinessReply {
  if (name !== undefined) {
    const model = models.named(name);
    return statusOf(states[model.name] ?? state);
  }
  const entries = Object.entries(states);
  if (entries.length === 1) return statusOf(state);
  return {
    ...statusOf(state),
    models: Object.fromEntries(entries.map(([model, ofModel]) => [model, statusOf(ofModel)])),
  };
}

function statusOf({ isReady, reason }: ReadinessState): Status {
  return { status: isReady ? "ready" : "not_ready", reason };
}
