/** The client library: embeddings of photos and words from a gateway. */
export { AdaptiveConcurrency, type ConcurrencyBounds } from "./adaptive_concurrency.ts";
export { BatchSize } from "./batch_size.ts";
export {
  embedAll,
  type EmbedAllOptions,
  type EmbedJob,
  type EmbedOutcome,
  type EmbedProgress,
} from "./embed_all.ts";
export { EmbedderGuard } from "./embedder_guard.ts";
export { cosine, type Embedder, type Embedding, type Input, type Modality } from "./embedding.ts";
export {
  EmbeddingClient,
  type EmbeddingClientOptions,
  type EmbedOrder,
  type ServedModelInfo,
} from "./embedding_client.ts";
export { EmbeddingError, type FailureFacts } from "./embedding_error.ts";
export { formatProfile, type ProfileNode } from "./profile.ts";
export { RETRY_LIMITS, type RetryLimits } from "./retry.ts";
export type { LocalServer, OpenLocal } from "./route.ts";
export type { Shrink, ShrunkPhoto } from "./shrink.ts";
export { type Neighbour, VectorSet } from "./vector_set.ts";
export type { BatchResult } from "./wire.ts";
