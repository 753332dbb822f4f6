/** What a gateway and Triton count of each of two models, beside what the clients saw. */
import { fetchMetrics } from "../metrics_text.ts";
import type { RealTriton } from "../real_triton.ts";

/** Replies by code, `ok` or the error's. */
export type Replies = Readonly<Record<string, number>>;

/** Counts from the beginning, or of a day. */
export interface ModelCounts {
  /** Requests to /embed by model, empty where none was known, and by code. */
  readonly requests: Readonly<Record<string, Replies>>;
  /** Inputs that Triton ran a model on. */
  readonly inferences: Readonly<Record<string, number>>;
}

/** What clients of a model saw, and what is counted of it. */
export interface CountedModel {
  readonly model: string;
  /** As the load tells: `200`, or `429 overloaded`. */
  readonly codes: Replies;
  /** Whether Triton forgot its count on the way, as it does with a model that it loads. */
  readonly isForgotten: boolean;
}

/** Inputs that a gateway sends of its own, to prove a connection or a model. */
const OWN_MAX = 16;
const SERIES = /^gateway_requests_total\{model="(\w*)",route="\/embed",code="(\w+)"\}$/;

/** Reads both. */
export async function readCounts(
  url: string,
  triton: RealTriton,
  models: readonly string[],
): Promise<ModelCounts> {
  const requests: Record<string, Record<string, number>> = {};
  for (const [series, count] of await fetchMetrics(url)) {
    const [, model, code] = SERIES.exec(series) ?? [];
    if (model === undefined || code === undefined) continue;
    requests[model] = { ...requests[model], [code]: count };
  }
  const inferences: Record<string, number> = {};
  for (const model of models) {
    inferences[model] = await triton.metric("nv_inference_count", { model });
  }
  return { requests, inferences };
}

/**
 * What is counted otherwise than the clients saw it, in words: replies by code, and inputs that Triton ran a model on. A
 * request that ends before it is known which model it is for is of none, so only what all have is equal.
 */
export function miscounts(
  before: ModelCounts,
  after: ModelCounts,
  seen: readonly CountedModel[],
): string[] {
  const counted = (model: string, code: string) =>
    (after.requests[model]?.[code] ?? 0) - (before.requests[model]?.[code] ?? 0);
  const clients = seen.map(({ model, codes }) => ({ model, replies: byCode(codes) }));
  const known = [...clients.map(({ replies }) => replies), ...Object.values(after.requests)];
  const replies = [...codesOf(known)].flatMap((code) => {
    const foreign = clients.flatMap(({ model, replies }) => {
      const [ofModel, ofClients] = [counted(model, code), replies[code] ?? 0];
      return ofModel > ofClients ? [differs(`${code} of ${model}`, ofModel, ofClients)] : [];
    });
    const all = ["", ...seen.map(({ model }) => model)]
      .reduce((sum, model) => sum + counted(model, code), 0);
    const ofAll = clients.reduce((sum, { replies }) => sum + (replies[code] ?? 0), 0);
    return all === ofAll ? foreign : [...foreign, differs(code, all, ofAll)];
  });
  const inferences = seen.flatMap(({ model, isForgotten, codes }) => {
    const ran = (after.inferences[model] ?? 0) - (before.inferences[model] ?? 0);
    const good = codes["200"] ?? 0;
    const all = Object.values(codes).reduce((sum, count) => sum + count, 0);
    // What nobody waits for any more may have been run.
    return isForgotten || (ran >= good && ran <= all + OWN_MAX)
      ? []
      : [`Triton ran ${model} on ${ran} inputs: clients have ${good} of ${all} embeddings`];
  });
  return [...replies, ...inferences];
}

/** Of replies that came. */
function byCode(codes: Replies): Replies {
  return Object.fromEntries(
    Object.entries(codes).filter(([code]) => /^\d/.test(code))
      .map(([code, count]) => [code === "200" ? "ok" : code.replace(/^\d+ /, ""), count]),
  );
}

function codesOf(replies: readonly Replies[]): Set<string> {
  return new Set(replies.flatMap((each) => Object.keys(each)));
}

function differs(what: string, counted: number, seen: number): string {
  return `the gateway counts ${counted} × ${what}: clients saw ${seen}`;
}
