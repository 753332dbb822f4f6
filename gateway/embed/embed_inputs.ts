/** Embeds the inputs of one request, be they images, texts, or both side by side. */
import type { Modality } from "../../models/contract/manifest.ts";
import type {
  EmbedInput,
  EmbedItem,
  EmbedRequest,
  EncodedInput,
} from "../contract/embed_request.ts";
import { type GatewayError, InputFailure, limitError, toGatewayError } from "../contract/errors.ts";
import { Deadline } from "../work/deadline.ts";
import type { RequestScope } from "./pipeline.ts";
import type { ServedModel } from "./served_model.ts";
import { embedTensors } from "./tensor_inputs.ts";
import { INPUT_NAMES, mainTower, type Towers } from "./towers.ts";

/** What came of a request's inputs. */
export interface Embedded {
  /** One item an input, in order. */
  readonly items: readonly EmbedItem[];
  /** Positions of texts whose end found no place in the model's input, ascending. */
  readonly truncated: readonly number[];
  /** Ids that the texts take, with the marks at their starts and ends; images have none. */
  readonly tokens: number;
}

/** What a request's inputs are embedded with. */
export interface EmbedOrder {
  readonly towers: Towers;
  readonly scope: RequestScope;
  /** What messages call an input; unless given, by what it is and where it stands. */
  readonly nameInput?: ((index: number) => string) | undefined;
}

type Inputs =
  & Pick<EmbedRequest, "modality" | "options" | "mustFit" | "tensor" | "tensorReply">
  & { readonly inputs: readonly EmbedInput[] };

const NONE: readonly number[] = [];

/**
 * Embeds the inputs of one request; see `ServedModel.embed()`. Images and texts go to their models side by side, and where
 * one fails the request, it stops the other.
 *
 * @throws {GatewayError} An `InputFailure` names its input by its place in the request, where there are several.
 */
export async function embedInputs(request: Inputs, order: EmbedOrder): Promise<Embedded> {
  try {
    return await embedAll(request, order);
  } catch (thrown) {
    throw namedFailure(thrown, request, order.nameInput);
  }
}

/** What failed a request, with the name of the input that did, where there are several. */
export function namedFailure(
  thrown: unknown,
  { inputs, modality }: Pick<EmbedRequest, "inputs" | "modality">,
  nameInput: EmbedOrder["nameInput"],
): unknown {
  if (!(thrown instanceof InputFailure) || inputs.length === 1) return thrown;
  const name = nameInput?.(thrown.index) ??
    `${typeof modality === "string" ? INPUT_NAMES[modality] : "Input"} ${thrown.index}`;
  return new InputFailure(thrown.error, thrown.index, name);
}

async function embedAll(
  request: Inputs,
  { towers: { image, text }, scope }: EmbedOrder,
): Promise<Embedded> {
  const { inputs, modality, options, tensor } = request;
  if (tensor !== undefined) {
    const items = await embedTensors(
      { ...request, tensor },
      mainTower({ image, text } as Towers),
      scope,
    );
    return { items, truncated: NONE, tokens: 0 };
  }
  if (text === undefined) {
    // What the dialect read as images only.
    const items = await image.embed(inputs as readonly EncodedInput[], options, scope);
    return { items, truncated: NONE, tokens: 0 };
  }
  if (image === undefined) return await embedTexts(text, request, scope);
  return await embedBoth({ image, text }, {
    ...request,
    modality: modality as readonly Modality[],
  }, scope);
}

async function embedTexts(
  model: ServedModel,
  { inputs, options, mustFit }: Omit<Inputs, "modality">,
  scope: RequestScope,
): Promise<Embedded> {
  const texts = await model.readTexts(inputs, scope);
  const [cut] = texts.truncated;
  if (mustFit && cut !== undefined) throw new InputFailure(tooManyTokens(model), cut);
  const items = await model.embed(texts.inputs, options, scope);
  return { items, truncated: texts.truncated, tokens: texts.tokens };
}

function tooManyTokens({ manifest }: ServedModel): GatewayError {
  const [limit = 0] = manifest.input.shape;
  return limitError("text_too_long", { action: "embed text", quantity: "its tokens", limit });
}

/** Each model gets its inputs, and what comes of them goes back to their places. */
async function embedBoth(
  { image, text }: { readonly image: ServedModel; readonly text: ServedModel },
  { inputs, modality, ...rest }: Inputs & { readonly modality: readonly Modality[] },
  scope: RequestScope,
): Promise<Embedded> {
  const stop = new AbortController();
  // As if the client had left: what stops one model says nothing of its engine, nor to others who wait for its inputs.
  using deadline = new Deadline({
    timeoutMs: scope.deadline.remainingMs,
    trace: scope.deadline.trace,
    clientSignal: AbortSignal.any([scope.deadline.signal, stop.signal]),
  });
  const items: EmbedItem[] = [];
  const truncated: number[] = [];
  let tokens = 0;
  let failure: GatewayError | undefined;
  const embed = async (towers: Towers, kind: Modality) => {
    const places = modality.flatMap((each, place) => each === kind ? [place] : []);
    const part = { inputs: places.map((place) => inputs[place] ?? ""), modality: kind, ...rest };
    try {
      const embedded = await embedAll(part, { towers, scope: { ...scope, deadline } });
      embedded.items.forEach((item, index) => items[places[index] ?? 0] = item);
      tokens += embedded.tokens;
      truncated.push(...embedded.truncated.map((index) => places[index] ?? 0));
    } catch (thrown) {
      failure ??= thrown instanceof InputFailure
        ? new InputFailure(thrown.error, places[thrown.index] ?? 0)
        : toGatewayError(thrown);
      stop.abort();
    }
  };
  // Both end before the request does, whatever comes of the other.
  await Promise.all([embed({ image }, "image"), embed({ text }, "text")]);
  if (failure === undefined) return { items, truncated, tokens };
  scope.deadline.assertRemainingMs();
  throw failure;
}
