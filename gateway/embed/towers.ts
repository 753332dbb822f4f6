/** Which models answer a request: one that embeds its images, one that embeds its texts, or both of one space. */
import type { Modality } from "../../models/contract/manifest.ts";
import { GatewayError } from "../contract/errors.ts";
import type { ServedModel } from "./served_model.ts";

/** The models of a request, by what each embeds; where there are two, their vectors may be compared. */
export type Towers =
  | { readonly image: ServedModel; readonly text?: undefined }
  | { readonly image?: undefined; readonly text: ServedModel }
  | { readonly image: ServedModel; readonly text: ServedModel };

/** What each modality's inputs are called. */
export const INPUT_NAMES = { image: "Image", text: "Text" } as const satisfies Record<
  Modality,
  string
>;

/**
 * Chooses the models of a request.
 *
 * @param models Those that are served, in the order of the configuration.
 * @param modality As the request's.
 * @param named The one that the request names. Inputs that it does not embed go to one of its space.
 * @throws {GatewayError} `modality_not_supported`.
 */
export function chooseTowers(
  models: readonly ServedModel[],
  modality: Modality | readonly Modality[],
  named: ServedModel | undefined,
): Towers {
  if (modality === "image") return { image: chooseOne(models, modality, named) };
  if (modality === "text") return { text: chooseOne(models, modality, named) };
  if (named !== undefined) {
    return {
      image: chooseOne(models, "image", named),
      text: chooseOne(models, "text", named),
    };
  }
  for (const { space } of models) {
    const image = find(models, "image", space);
    const text = find(models, "text", space);
    if (image !== undefined && text !== undefined) return { image, text };
  }
  throw notSupported(
    `Cannot embed images beside texts as no embedding space has a model of each: there are ${
      listOf(models)
    }`,
  );
}

/** A model alone. */
export function towerOf(model: ServedModel): Towers {
  return model.modality === "image" ? { image: model } : { text: model };
}

/** The model by whose name a request is counted: that of its images, where it has any. */
export function mainTower({ image, text }: Towers): ServedModel {
  return image ?? text as ServedModel;
}

function chooseOne(
  models: readonly ServedModel[],
  modality: Modality,
  named: ServedModel | undefined,
): ServedModel {
  if (named?.modality === modality) return named;
  const model = find(models, modality, named?.space);
  if (model !== undefined) return model;
  const others = models.filter((model) => model.modality === modality);
  if (others.length === 0) {
    throw notSupported(
      `Cannot embed ${modality} as no model embeds ${modality}s: there are ${listOf(models)}`,
    );
  }
  throw notSupported(
    `Cannot embed ${modality} as model ${named?.name} embeds ${named?.modality}s, and none of its embedding space ` +
      `embeds ${modality}s: there are ${listOf(others)}`,
  );
}

/** The first model of a modality, and of a space if any is given. */
function find(
  models: readonly ServedModel[],
  modality: Modality,
  space: string | undefined,
): ServedModel | undefined {
  return models.find((model) =>
    model.modality === modality && (space === undefined || model.space === space)
  );
}

function listOf(models: readonly ServedModel[]): string {
  return models.map(({ name, modality }) => `${name} (${modality}s)`).join(", ");
}

function notSupported(message: string): GatewayError {
  return new GatewayError("modality_not_supported", message);
}
