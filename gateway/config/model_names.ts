/** Names of served models in settings: which models, of which version, and what else they are called. */

/** A model of the repository, and the version of it that is meant, if one is. */
export interface ModelRef {
  readonly name: string;
  readonly version: string | undefined;
}

/** A name that clients may use, and the served model that it stands for. */
export interface ModelAlias {
  readonly alias: string;
  readonly target: string;
}

/** What the settings of this file come to. */
interface ModelNames {
  /** Each `name` or `name:version`. */
  readonly models: readonly string[];
  /** Each `alias=name` or `alias=name:version`. */
  readonly modelAliases: readonly string[];
}

/** Versions are numbers, as Triton's folders of them are. */
const MODEL = /^([A-Za-z0-9_]{1,64})(?::([1-9]\d{0,17}))?$/;
/** Checkpoints have names such as `ViT-B-32__laion2b-s34b-b79k` or `hf-hub:laion/CLIP-ViT-B-32`. */
const ALIAS = /^([A-Za-z0-9][\w.:/@-]{0,255})=(.+)$/;

/** Whether a text names a model: `name`, or `name:version`. */
export function isModelRef(text: string): boolean {
  return MODEL.test(text);
}

/**
 * Reads the name of a model.
 *
 * @throws {RangeError} where `isModelRef()` says no.
 */
export function parseModelRef(text: string): ModelRef {
  const match = MODEL.exec(text);
  if (match === null) throw new RangeError(`Cannot read ${text} as the name of a model`);
  return { name: match[1] as string, version: match[2] };
}

/** Whether a text names a model by another name. */
export function isModelAlias(text: string): boolean {
  const match = ALIAS.exec(text);
  return match !== null && isModelRef(match[2] as string);
}

/**
 * Reads an alias.
 *
 * @throws {RangeError} where `isModelAlias()` says no.
 */
export function parseModelAlias(text: string): ModelAlias {
  const match = ALIAS.exec(text);
  if (match === null) throw new RangeError(`Cannot read ${text} as an alias of a model`);
  return { alias: match[1] as string, target: match[2] as string };
}

/**
 * The first served model that a name means: the one that is listed so, or else the first of that name where no version is
 * given; `undefined` where there is none.
 */
export function findServed(served: readonly string[], name: string): string | undefined {
  if (served.includes(name)) return name;
  return served.find((model) => parseModelRef(model).name === name);
}

/** What is wrong with the names, in words. */
export function modelNameProblems({ models, modelAliases }: ModelNames): string[] {
  return [...repeated(models), ...modelAliases.flatMap((_, at) => aliasProblem(at))];

  function aliasProblem(at: number): string[] {
    const text = modelAliases[at] as string;
    const { alias, target } = parseModelAlias(text);
    const others = modelAliases.slice(0, at).map((other) => parseModelAlias(other).alias);
    if (others.includes(alias)) return [`GATEWAY_MODEL_ALIASES must give ${alias} once`];
    const isTaken = isModelRef(alias) &&
      models.some((model) => parseModelRef(model).name === parseModelRef(alias).name);
    if (isTaken) {
      return [`GATEWAY_MODEL_ALIASES must not give a name that a served model has: ${text}`];
    }
    if (findServed(models, target) !== undefined) return [];
    return [
      `GATEWAY_MODEL_ALIASES must stand for models that are served, ${
        models.join(", ")
      }: ${text} does not`,
    ];
  }
}

function repeated(models: readonly string[]): string[] {
  const refs = models.map(parseModelRef);
  return [...new Set(refs.map(({ name }) => name))].flatMap((name) => {
    const versions = refs.filter((ref) => ref.name === name).map(({ version }) => version);
    if (new Set(versions).size < versions.length) {
      return [`GATEWAY_MODELS must name each model once: ${models.join(",")} repeats ${name}`];
    }
    // Which version the one without is, a server may decide: it may be the other.
    return versions.length > 1 && versions.includes(undefined)
      ? [`GATEWAY_MODELS must give ${name} a version each time, as it names several`]
      : [];
  });
}
