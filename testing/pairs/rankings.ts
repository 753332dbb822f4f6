/** `POST /rank` beside the cosines of the embeddings that `/embed` gave. */
import { cosine } from "../../models/contract/vectors.ts";
import { post } from "../requests.ts";
import { MODELS, type Photo, photoKey, textKey } from "./known_inputs.ts";
import { type KnownEmbeddings, knownOf, send } from "./request_form.ts";

/** What of is ranked: the query's kind, and the candidates'. */
export type RankingKind = "photos by a text" | "texts by a photo" | "texts by a text";

/** What there is to rank; all of it has known embeddings. */
export interface RankingInputs {
  readonly photos: readonly Photo[];
  readonly texts: readonly string[];
}

/** Candidates are neighbours in a batch. */
const COSINE_DIFFERENCE_MAX = 1e-6;
/** e to the power of the seeded checkpoint's, which `seeded_weights.ts` has, in float32. */
const LOGIT_SCALE = 100;
const LOGIT_SCALE_DIFFERENCE_MAX = 1e-4;
/** A difference of cosines, and what the scale and the softmax make of it. */
const PROBABILITY_DIFFERENCE_MAX = 2 * LOGIT_SCALE * COSINE_DIFFERENCE_MAX;

interface Candidate {
  readonly input: Readonly<Record<string, string>>;
  readonly embedding: Float32Array;
}

interface Ranking {
  readonly ranking: readonly {
    readonly index: number;
    readonly cosine: number;
    readonly probability?: number;
  }[];
  readonly logit_scale?: number;
}

/**
 * Ranks, and compares order, cosines and probabilities.
 *
 * @returns The largest difference of two cosines.
 * @throws {Error} when one is off by more than 1e-6, or the order or a probability is another one.
 */
export async function checkRanking(
  url: string,
  kind: RankingKind,
  { inputs, known }: { readonly inputs: RankingInputs; readonly known: KnownEmbeddings },
): Promise<number> {
  const photos = inputs.photos.map(({ name, bytes }): Candidate => ({
    input: { image: bytes.toBase64() },
    embedding: knownOf(known, photoKey(MODELS.image, name)),
  }));
  const texts = inputs.texts.map((text): Candidate => ({
    input: { text },
    embedding: knownOf(known, textKey(text)),
  }));
  const isOfPhotos = kind === "photos by a text";
  const query = (kind === "texts by a photo" ? photos : texts)[0] as Candidate;
  const candidates = isOfPhotos ? photos : texts.slice(kind === "texts by a text" ? 1 : 0);
  const body = { query: query.input, candidates: candidates.map(({ input }) => input) };
  const response = await send(url, {
    path: "/rank",
    init: post("application/json", JSON.stringify(body)),
  });
  if (!response.ok) throw new Error(`status is ${response.status}: ${await response.text()}`);
  const cosines = candidates.map(({ embedding }) => cosine(query.embedding, embedding));
  return compareRanking(await response.json(), cosines, kind !== "texts by a text");
}

function compareRanking(
  { ranking, logit_scale: scale }: Ranking,
  cosines: readonly number[],
  hasProbabilities: boolean,
): number {
  const order = cosines.map((_, index) => index)
    .sort((a, b) => (cosines[b] as number) - (cosines[a] as number));
  const indices = ranking.map(({ index }) => index);
  if (indices.join() !== order.join()) throw new Error(`order is ${indices}: must be ${order}`);
  const sum = cosines.reduce((total, cosine) => total + Math.exp(LOGIT_SCALE * cosine), 0);
  const differences = ranking.map(({ index, cosine, probability }) => {
    const expected = cosines[index] as number;
    const weight = Math.exp(LOGIT_SCALE * expected) / sum;
    const isRight = hasProbabilities
      ? Math.abs((probability ?? NaN) - weight) <= PROBABILITY_DIFFERENCE_MAX
      : probability === undefined;
    if (!isRight) throw new Error(`probability is ${probability}: must be ${weight}`);
    return Math.abs(cosine - expected);
  });
  if (hasProbabilities !== Math.abs((scale ?? NaN) - LOGIT_SCALE) <= LOGIT_SCALE_DIFFERENCE_MAX) {
    throw new Error(`logit_scale is ${scale}`);
  }
  const largest = Math.max(...differences);
  if (largest <= COSINE_DIFFERENCE_MAX) return largest;
  throw new Error(`cosines differ by ${largest}: limit is ${COSINE_DIFFERENCE_MAX}`);
}
