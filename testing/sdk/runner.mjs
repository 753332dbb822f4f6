// deno-lint-ignore-file explicit-module-boundary-types -- Node 20 and browsers read no types.
/** Does what the cases say with a client library, in Node, Deno or a browser. */

/** @returns What came of each case: results by input, or what ended all. */
export async function runCases(sdk, plan) {
  const outcomes = [];
  for (const order of plan) outcomes.push(await runCase(sdk, order));
  return outcomes;
}

async function runCase(
  sdk,
  { url, key, model, timeoutMs, attemptsMax, batchBytes, concurrency, inputs, shrink },
) {
  const { embedAll, EmbeddingClient, VectorSet } = sdk;
  const retry = { baseMs: 1, ...(attemptsMax && { attemptsMax }) };
  const client = new EmbeddingClient({
    ...{ url, key, model, retry },
    ...(timeoutMs && { timeoutMs }),
    ...(shrink && { shrink: new sdk.Shrinker().shrink }),
  });
  const jobs = inputs.map(({ photo, text }, tag) => ({
    tag,
    read: () => Promise.resolve(text === undefined ? bytesOf(photo) : { text }),
  }));
  const results = [];
  const vectors = new VectorSet();
  try {
    const options = { concurrency: concurrency ?? 1, ...(batchBytes && { batchBytes }) };
    for await (const { tag, embedding, error } of embedAll(client, jobs, options)) {
      if (error) {
        results[tag] = { code: error.code, status: error.status };
        continue;
      }
      vectors.add(tag, embedding);
      const { vector, isTruncated: truncated, space, preprocessId, modelDigest } = embedding;
      results[tag] = { vector: [...vector], truncated, space, preprocessId, modelDigest };
    }
    return { results };
  } catch (error) {
    return { fatal: error.code ?? String(error), message: error.message, results };
  }
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
