/** Makes both models of a checkpoint of open_clip on a hub, manifests first. */
import type { ModelManifest, WeightsSpec } from "../contract/manifest.ts";
import { type DescribedTowers, describeTowers } from "../open_clip/describe_towers.ts";
import { UnsupportedModelError } from "../open_clip/model_config.ts";
import { towerNames } from "../open_clip/model_names.ts";
import { FIRST_VERSION, ModelFolder } from "../repository/model_folder.ts";
import { HubRepository } from "../weights/hub_repository.ts";
import { checkWeights, fetchWeights } from "../weights/weights.ts";
import type { Command, HubModelName } from "./command.ts";
import { exportModel } from "./export_model.ts";
import { chooseManifest, type ChosenManifest } from "./hub_manifest.ts";
import { fetchOptions, type Workplace } from "./workplace.ts";

/** What open_clip loads from a hub; where there is none, it loads the other one. */
const WEIGHTS_FILE = "open_clip_model.safetensors";
const PICKLE_FILE = "open_clip_pytorch_model.bin";

/** What of the command line changes how a model of a hub is made. */
export type HubCommand = Pick<Command, "version" | "weights" | "vocabulary" | "batching">;

/**
 * Makes the models of the towers that are supported, and tells of one that is not.
 *
 * @throws {RangeError} when the models cannot be named.
 * @throws {Error} when no tower is supported, the hub does not have what it takes, another model has the name, or an
 * export fails.
 */
export async function makeHubModels(
  model: HubModelName,
  command: HubCommand,
  workplace: Workplace,
): Promise<void> {
  const hub = await HubRepository.open({ ...fetchOptions(workplace, model.repo), ...model });
  workplace.say(`hf-hub:${hub.repo} is at commit ${hub.commit}`);
  const towers = supported(await describe(hub, model), { hub, workplace });
  const spec = { repo: hub.repo, revision: hub.commit, file: WEIGHTS_FILE };
  const choose = (weights: WeightsSpec) => chooseAll(towers, weights, { command, workplace });
  let sha256: string;
  if (command.weights === undefined) {
    const expected = { ...spec, sha256: await digestOnHub(hub) };
    // A name that is taken should not be found out after a download.
    await choose(expected);
    ({ sha256 } = await fetchWeights(expected, fetchOptions(workplace, WEIGHTS_FILE)));
  } else {
    ({ sha256 } = await checkWeights(spec, command.weights));
  }
  const chosen = await choose({ ...spec, sha256 });
  for (const { folder, manifest, manifestPath } of chosen) {
    if (manifestPath === undefined) workplace.say(`${folder.name}: by the manifest that is there`);
    await exportModel({ folder, manifest, manifestPath, command }, workplace);
  }
  const names = chosen.map(({ folder: { name, version } }) =>
    version === FIRST_VERSION ? name : `${name}:${version}`
  );
  workplace.say(`to serve: GATEWAY_MODELS=${names.join(",")} deno task start`);
}

async function describe(hub: HubRepository, { name }: HubModelName): Promise<DescribedTowers> {
  try {
    return describeTowers(hub.config, {
      weights: { repo: hub.repo, revision: hub.commit, file: WEIGHTS_FILE },
      license: await hub.license() ?? `unknown: see https://huggingface.co/${hub.repo}`,
      names: towerNames(hub.repo, name),
    });
  } catch (error) {
    if (!(error instanceof UnsupportedModelError)) throw error;
    throw new Error(`Cannot make hf-hub:${hub.repo}: ${error.message}`, { cause: error });
  }
}

/** The towers that can be made; tells of the others. */
function supported(
  towers: DescribedTowers,
  { hub, workplace }: { readonly hub: HubRepository; readonly workplace: Workplace },
): ModelManifest[] {
  const made: ModelManifest[] = [];
  for (const modality of ["image", "text"] as const) {
    const tower = towers[modality];
    if (!(tower instanceof UnsupportedModelError)) made.push(tower);
    else {
      workplace.warn(`Cannot make the ${modality} tower of hf-hub:${hub.repo}: ${tower.message}`);
    }
  }
  if (made.length === 0) {
    throw new Error(`Cannot make hf-hub:${hub.repo} as neither of its towers is supported`);
  }
  return made;
}

async function chooseAll(
  towers: readonly ModelManifest[],
  weights: WeightsSpec,
  { command, workplace }: { readonly command: HubCommand; readonly workplace: Workplace },
): Promise<(ChosenManifest & { readonly folder: ModelFolder })[]> {
  return await Promise.all(towers.map(async (tower) => {
    const folder = new ModelFolder(workplace.repository, tower.name, command.version);
    return { folder, ...await chooseManifest(folder, { ...tower, weights }) };
  }));
}

/**
 * The digest of the weights, where the hub says it.
 *
 * @throws {Error} when there are none, or none that can be read without running them.
 */
async function digestOnHub(hub: HubRepository): Promise<string | undefined> {
  const { isThere, sha256 } = await hub.look(WEIGHTS_FILE);
  if (isThere) return sha256;
  const { isThere: isPickle } = await hub.look(PICKLE_FILE);
  throw new Error(
    isPickle
      ? `Cannot use the weights of hf-hub:${hub.repo} as there is only ${PICKLE_FILE}, a pickle, which runs code ` +
        `when it is read: ${WEIGHTS_FILE} is needed, or --weights FILE`
      : `Cannot use hf-hub:${hub.repo} as the hub has no ${WEIGHTS_FILE} in it at ${hub.commit}`,
  );
}
