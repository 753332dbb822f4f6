/** The client library: embeddings of photos and words from a gateway. */
export { AdaptiveConcurrency, type ConcurrencyBounds } from "./adaptive_concurrency.ts";
export {
  embedAll,
  type EmbedAllOptions,
  type EmbedJob,
  type EmbedOutcome,
  type EmbedProgress,
} from "./embed_all.ts";
export { type Embedding, type Input, parseServerTiming, type Timing } from "./embedding.ts";
export {
  EmbeddingClient,
  type EmbeddingClientOptions,
  type EmbedOrder,
  type ServedModelInfo,
} from "./embedding_client.ts";
export { EmbeddingError, type FailureFacts } from "./embedding_error.ts";
export { RETRY_LIMITS, type RetryLimits } from "./retry.ts";
