/**
 * `POST /rank`: `{"query": {"text": …}, "candidates": [{"image": …}, …]}` to the candidates by their cosine with the query.
 * Labels for candidates and a photo for the query are zero-shot classification.
 */
import { cosine } from "../../../models/contract/vectors.ts";
import type { Modality } from "../../../models/contract/manifest.ts";
import type {
  CosineLogits,
  EmbedItem,
  EmbedRequest,
  EmbedRequestLimits,
} from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { OPTIONS, parseOptions } from "../../contract/options.ts";
import { assertEmbedding } from "../codec/embedding_json.ts";
import { readInputs } from "../codec/input_list.ts";
import { readJsonFields } from "../codec/json_body.ts";
import { BEARER } from "../codec/key_header.ts";
import { readModelName } from "../codec/model_name.ts";
import type { Dialect, EncodedRequest, ReplyModel } from "./dialect.ts";
import { nativeErrorBody } from "./native.ts";
import { RANK_SCHEMAS } from "./rank_schemas.ts";

/** The others have no meaning where no embedding is given away. */
const OPTION_NAMES = [
  ...["model", "top_k"],
  ...Object.values(OPTIONS).filter(({ changesInput }) => changesInput).map(({ wire }) => wire),
];

/** The query is a request's first input, and candidates are those behind it. */
export const rank: Dialect = {
  name: "rank",
  paths: ["/rank"],
  key: BEARER,
  schemas: RANK_SCHEMAS,
  decode,
  nameInput,
  reply: (request) => (items, model) => Response.json(ranking(request, items, model)),
  errorBody: nativeErrorBody,
};

function nameInput(index: number): string {
  return index === 0 ? "Query" : `Candidate ${index - 1}`;
}

function decode(
  request: EncodedRequest,
  limits: EmbedRequestLimits,
): EmbedRequest {
  checkQuery(request.query);
  const { query, candidates, model, top_k: topK, ...rest } = {
    ...request.query,
    ...readJsonFields(request),
  } as Record<string, unknown>;
  if (Object.keys(rest).some((name) => !OPTION_NAMES.includes(name))) {
    throw new GatewayError(
      "invalid_option",
      `Cannot rank as options must be among ${OPTION_NAMES.join(", ")}`,
    );
  }
  if (query === undefined || !Array.isArray(candidates) || candidates.length === 0) {
    throw new GatewayError(
      "invalid_body",
      "Cannot rank: the body must have a query and a list of at least one of candidates",
    );
  }
  const options = parseOptions({ ...request.defaults, ...rest, normalize: false });
  return {
    ...readInputs([query, ...candidates], { limits, keepErrors: false, nameInput }),
    model: readModelName(model),
    isSingle: false,
    ...topK !== undefined && { topK: readTopK(topK) },
    options,
  };
}

/** A query is right or wrong whatever the body says in its stead. */
function checkQuery({ model, top_k: topK, ...options }: EncodedRequest["query"]): void {
  const known = Object.entries(options).filter(([name]) => OPTION_NAMES.includes(name));
  parseOptions(Object.fromEntries(known));
  readModelName(model);
  if (topK !== undefined) readTopK(topK);
}

/** As a number, or in its digits where it comes from the query string. */
function readTopK(value: unknown): number {
  const topK = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof topK === "number" && Number.isSafeInteger(topK) && topK >= 1) return topK;
  throw new GatewayError("invalid_option", "Cannot rank as top_k must be an integer ≥ 1");
}

/** A candidate in the reply, by its place in the request. */
interface Ranked {
  readonly index: number;
  /** In double precision. */
  readonly cosine: number;
  readonly probability?: number;
  /** Its end found no place in the model's input, and has no influence. */
  readonly truncated?: true;
}

function ranking(
  { modality, topK }: EmbedRequest,
  [query, ...candidates]: readonly EmbedItem[],
  { model, models, logits, truncated = [] }: ReplyModel,
): unknown {
  const direction = assertEmbedding(query);
  const cosines = candidates.map((item) => cosine(direction, assertEmbedding(item)));
  const probabilities = logits !== undefined && areOfOtherModality(modality)
    ? probabilitiesOf(cosines, logits)
    : undefined;
  const ranked = cosines.map((cosine, index): Ranked => ({
    index,
    cosine,
    ...probabilities !== undefined && { probability: probabilities[index] ?? 0 },
    ...truncated.includes(index + 1) && { truncated: true },
  })).sort((a, b) => b.cosine - a.cosine || a.index - b.index);
  return {
    ranking: ranked.slice(0, topK),
    ...models === undefined ? { model } : { models },
    ...probabilities !== undefined && { logit_scale: logits?.scale },
    ...probabilities !== undefined && logits?.bias !== undefined && { logit_bias: logits.bias },
    ...truncated.includes(0) && { query_truncated: true },
  };
}

/** A checkpoint weighs cosines of images with texts; those of images with images, or texts with texts, it never saw. */
function areOfOtherModality(modality: Modality | readonly Modality[]): boolean {
  if (typeof modality === "string") return false;
  const [query, ...candidates] = modality;
  return candidates.every((candidate) => candidate !== query);
}

/**
 * What a checkpoint makes of cosines, in double precision: CLIP's softmax over all candidates (Radford et al. 2021,
 * section 3.1.2), or with a bias SigLIP's sigmoid of each by itself (Zhai et al. 2023, section 3.2).
 */
function probabilitiesOf(cosines: readonly number[], { scale, bias }: CosineLogits): number[] {
  if (bias !== undefined) {
    return cosines.map((cosine) => 1 / (1 + Math.exp(-scale * cosine - bias)));
  }
  const largest = Math.max(...cosines);
  const powers = cosines.map((cosine) => Math.exp(scale * (cosine - largest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
