/** What is dear to answer is bounded, however many ask. */

/** What rests behind an answer, in times of what it took: one twentieth of the time goes into answers. */
const REST = 19;
/** And at most so many milliseconds: an answer that was slow by chance keeps nobody waiting. */
const REST_MS_MAX = 250;

/** Has all who ask while an answer is on its way, or while none is due yet, share it. */
export function askedOnce<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let pending: Promise<Answer> | undefined;
  let dueMs = -Infinity;
  const answer = async () => {
    const restMs = dueMs - performance.now();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    const startMs = performance.now();
    try {
      return await ask();
    } finally {
      const endMs = performance.now();
      dueMs = endMs + Math.min(REST_MS_MAX, REST * (endMs - startMs));
      pending = undefined;
    }
  };
  return () => pending ??= answer();
}
