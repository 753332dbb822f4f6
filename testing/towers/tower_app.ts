/** A gateway of several models without a socket: the towers of a `TowerRepository`, embedded. */
import { composeApp } from "../../gateway/compose_app.ts";
import { parseConfig } from "../../gateway/config/config.ts";
import type { Models } from "../../gateway/embed/models.ts";
import type { Admission } from "../../gateway/http/admission.ts";
import { RecordingTelemetry } from "../recording_telemetry.ts";
import { UNHURRIED } from "../unhurried.ts";
import { type TowerRepository, TOWERS } from "./tower_repository.ts";

/** An app and the parts tests look at. */
export interface TowerApp extends AsyncDisposable {
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  readonly post: (path: string, init: RequestInit) => Promise<Response>;
  readonly models: Models;
  readonly admission: Admission;
  readonly telemetry: RecordingTelemetry;
}

/** What a test may ask for. */
export interface TowerAppOptions {
  /** Names, in the order of the configuration; all three unless given. */
  readonly models?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const ENVIRONMENT = {
  GATEWAY_SLOTS: "64",
  GATEWAY_DECODE_WORKERS: "1",
  GATEWAY_MODEL_THREADS: "1",
  ...UNHURRIED,
};

/** Creates an app that is disposed with its models. */
export async function createTowerApp(
  repository: TowerRepository,
  { models: names = Object.values(TOWERS), env = {} }: TowerAppOptions = {},
): Promise<TowerApp> {
  await using stack = new AsyncDisposableStack();
  const { config, problems } = parseConfig({
    ...ENVIRONMENT,
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: names.join(),
    ...env,
  });
  if (problems.length > 0) throw new Error(problems.join("; "));
  const telemetry = new RecordingTelemetry();
  const { app, models, admission } = await composeApp(config, { telemetry }, stack);
  models.open();
  await models.check();
  const owned = stack.move();
  return {
    get: async (path, init) => await app(new Request(`http://localhost${path}`, init)),
    post: async (path, init) =>
      await app(new Request(`http://localhost${path}`, { method: "POST", ...init })),
    models,
    admission,
    telemetry,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
