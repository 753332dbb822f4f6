/** Whether a gateway of several models should get traffic: while any of them can answer. */
import type { ReadinessState } from "./readiness.ts";

/** The answer to a probe of the whole gateway, and what each model adds to it. */
export interface GatewayReadiness extends ReadinessState {
  /** By what models are called, in the order of the configuration. */
  readonly models: Readonly<Record<string, ReadinessState>>;
}

/**
 * Ready while one model is: taking the gateway out of rotation for another one would take those that work along, and all
 * gateways at once where a server has lost the model. Who wants it stricter probes a model by its name.
 */
export function gatewayReadiness(
  models: Readonly<Record<string, ReadinessState>>,
): GatewayReadiness {
  const states = Object.values(models);
  const { isReady, reason } = states.find((state) => state.isReady) ?? states[0] as ReadinessState;
  return { isReady, reason, models };
}

/** What several isolates say together: a model is ready when it is in each of them. */
export function jointReadiness(
  states: readonly [GatewayReadiness, ...GatewayReadiness[]],
): GatewayReadiness {
  const [first] = states;
  const models = Object.keys(first.models).map((name): [string, ReadinessState] => {
    const ofModel = states.map((state) => state.models[name] as ReadinessState);
    return [name, ofModel.find(({ isReady }) => !isReady) ?? ofModel[0] as ReadinessState];
  });
  return gatewayReadiness(Object.fromEntries(models));
}
