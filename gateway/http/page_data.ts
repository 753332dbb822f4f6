/** What the page's scripts have to know of a gateway before they have a key. */
import type { Info, ModelInfo } from "./info.ts";

/** Read by `page/gateway.js`. */
export interface PageData {
  readonly needsKey: boolean;
  /** `undefined` where `/info` has none. */
  readonly imageBytesMax: number | undefined;
  /** Those that embed photos. */
  readonly models: readonly PageModel[];
}

/** A model that embeds photos. */
interface PageModel {
  readonly name: string;
  readonly isDefault: boolean;
  /** Of the tensor that a client without a gateway would send. */
  readonly tensorBytes: number;
  /** Whether a model of words has the same space. */
  readonly findsByWords: boolean;
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = { FP16: 2, FP32: 4, UINT8: 1 };

/** Describes a gateway to the page. */
export function pageData(info: Info, needsKey: boolean): PageData {
  return {
    needsKey,
    imageBytesMax: info.limits.image_bytes,
    models: modelsOf(info, "image").map((model) => ({
      name: model.name,
      isDefault: model.is_default,
      tensorBytes: tensorBytes(model),
      findsByWords: findsByWords(model, info),
    })),
  };
}

/** Models of a kind. */
export function modelsOf({ models }: Info, modality: ModelInfo["modality"]): ModelInfo[] {
  return models.filter((model) => model.modality === modality);
}

/** Whether words find a model's photos: that takes a model of words in its space. */
export function findsByWords(model: ModelInfo, info: Info): boolean {
  return modelsOf(info, "text").some((text) => text.embedding_space === model.embedding_space);
}

function tensorBytes({ input: { datatype, shape } }: ModelInfo): number {
  return shape.reduce((product, size) => product * size, ELEMENT_BYTES[datatype] ?? 4);
}

/** JSON that stands in a `<script type="application/json">`: no text in it can end that. */
export function jsonOfScript(data: PageData): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}
