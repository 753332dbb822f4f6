/** Requests of several models, let in by admission as the handler and the pipeline let them in. */
import { Admission } from "../gateway/http/admission.ts";
import type { Permit } from "../gateway/http/permit.ts";

/** Of a gateway of two models. */
export const LIMITS = {
  requestsMax: 256,
  bytesMax: 1000,
  pixelsMax: 1000,
  inputsMax: 8,
  latencyMsTarget: 250,
};
/** What they are called. */
export const MODELS = ["a", "b"];

/** Of one isolate. */
export const createAdmission = (changes: Partial<typeof LIMITS> = {}): Admission =>
  new Admission({ ...LIMITS, ...changes }, undefined, MODELS);

/** Lets a request in to a model, with its body and so on, as the handler and the pipeline do; nothing is held if not. */
export function enter(
  admission: Admission,
  model: string,
  { bytes = 0, pixels = 0, inputs = 0, client = "client" } = {},
): Permit {
  const permit = admission.admit(client, bytes);
  try {
    permit.addBytes(bytes);
    permit.bodyEnded();
    const ofModel = permit.ofModel(model);
    ofModel.addPixels(pixels);
    ofModel.addInputs(inputs);
    return permit;
  } catch (error) {
    permit[Symbol.dispose]();
    throw error;
  }
}

/** Requests of a model until one is refused. */
export function flood(
  admission: Admission,
  model: string,
  size: Parameters<typeof enter>[2] = {},
): Permit[] {
  const permits: Permit[] = [];
  for (;;) {
    try {
      permits.push(enter(admission, model, size));
    } catch {
      return permits;
    }
  }
}
