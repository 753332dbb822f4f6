/** Has all who ask while an answer is on its way share it, so that what is dear to answer is bounded however many ask. */
export function askedOnce<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let pending: Promise<Answer> | undefined;
  return () => pending ??= ask().finally(() => pending = undefined);
}
