/** Builds the served models and what they have in common, leaves first; the stack takes them down in reverse. */
import { composeEngines, type EngineMaker } from "./compose_engine.ts";
import { composeModel } from "./compose_model.ts";
import { composePhotos } from "./compose_photos.ts";
import { composeWords } from "./compose_words.ts";
import { parseModelAlias } from "./config/model_names.ts";
import {
  type ConfiguredModel,
  configuredModels,
  describeModel,
  readOf,
} from "./configured_model.ts";
import { Models } from "./embed/models.ts";
import type { ServedModel } from "./embed/served_model.ts";
import { TextTurns } from "./embed/text_turns.ts";
import type { Engine } from "./engine/engine.ts";
import type { InputSource } from "./input_source.ts";
import type { DescribedModel, ModelSetup } from "./model_setup.ts";
import { PhotoWorkers } from "./photo_workers.ts";

/**
 * Builds the models that the configuration names.
 *
 * @throws {Error} when one of them cannot be served, or what it embeds does not become what open_clip makes of it.
 */
export async function composeModels(
  setup: ModelSetup,
  stack: AsyncDisposableStack,
): Promise<Models> {
  const described = await describedModels(setup);
  const workers = new PhotoWorkers(setup, stack);
  const shared = { workers, turns: new TextTurns(), stack };
  const sources: InputSource[] = [];
  for (const model of described) {
    sources.push(await readOf(setup.config, model, () => sourceOf(model, setup, shared)));
  }
  // Before the workers, so that they go after them: workers write into their slots.
  const engines = await startEngines(described, setup, stack);
  const models: ServedModel[] = [];
  for (const [at, model] of described.entries()) {
    const ends = { source: sources[at] as InputSource, engine: engines[at] as Engine };
    models.push(await composeModel(model, setup, ends));
  }
  const all = new Models(
    models as [ServedModel, ...ServedModel[]],
    setup.config.modelAliases.map(parseModelAlias),
  );
  const [image, text] = [all.defaultOf("image"), all.defaultOf("text")];
  if (image !== undefined && text !== undefined && image.space !== text.space) {
    setup.telemetry.defaultsDiffer(image.name, text.name);
  }
  return all;
}

/** Reads what the models' folders say of them. */
async function describedModels({ config, telemetry }: ModelSetup): Promise<DescribedModel[]> {
  const describe = async (model: ConfiguredModel): Promise<DescribedModel> => {
    const { served } = model;
    const description = await readOf(config, model, describeModel);
    return { ...model, ...description, telemetry: telemetry.ofModel(served) };
  };
  // One after the other, so that nothing is still being read when one of them stops the start.
  const described: DescribedModel[] = [];
  for (const model of await configuredModels(config)) described.push(await describe(model));
  return described;
}

async function sourceOf(
  model: DescribedModel,
  setup: ModelSetup,
  shared: {
    readonly workers: PhotoWorkers;
    readonly turns: TextTurns;
    readonly stack: AsyncDisposableStack;
  },
): Promise<InputSource> {
  const { manifest } = model;
  if (manifest.modality === "text") return await composeWords({ ...model, ...shared, manifest });
  return await composePhotos(setup, { ...model, ...shared, manifest });
}

/** One after the other: loading one takes all cores, and memory for more than the model. */
async function startEngines(
  models: readonly DescribedModel[],
  { config, isolates, parts: { engines, regions } }: ModelSetup,
  stack: AsyncDisposableStack,
): Promise<Engine[]> {
  const manifests = models.map(({ manifest }) => manifest);
  let create: EngineMaker | undefined;
  const started: Engine[] = [];
  for (const model of models) {
    const given = engines?.get(model.served);
    if (given === undefined) {
      create ??= await composeEngines({ config, manifests, isolates, regions }, stack);
    }
    started.push(given ?? await (create as EngineMaker)(model));
  }
  return started;
}
