import assert from "node:assert/strict";
import { validateInferenceServices } from "./inference_service.ts";
import type { InferenceService } from "./manifest.ts";

const service = (predictor: object) =>
  ({
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "photos" },
    spec: { predictor: { containers: [{ name: "a", image: "b" }], ...predictor } },
  }) as InferenceService;

async function hasModels(): Promise<boolean> {
  try {
    await validateInferenceServices([service({})]);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test({
  name:
    "validateInferenceServices() finds what is no field of KServe's, and what is of another kind",
  ignore: !await hasModels(),
  fn: async () => {
    const rollout = (surge: object) => ({ deploymentStrategy: { rollingUpdate: surge } });
    const good = { minReplicas: 2, timeout: 10, ...rollout({ maxSurge: 0 }) };
    assert.deepEqual(await validateInferenceServices([service(good)]), []);
    const bad = { minReplica: 2, timeout: "10", ...rollout({ maxSurg: 0 }), containers: {} };
    const at = "inferenceservice/photos.spec.predictor";
    assert.deepEqual(await validateInferenceServices([service(bad)]), [
      `${at}.containers: list[V1Container] is wanted`,
      `${at}: 'minReplica' is no field of V1beta1PredictorSpec`,
      `${at}.timeout: int is wanted`,
      `${at}.deploymentStrategy.rollingUpdate: 'maxSurg' is no field of V1RollingUpdateDeployment`,
    ]);
  },
});
