/** Libraries of photos for tests. */
import { DatabaseSync } from "node:sqlite";
import type { Embedding } from "../client/embedding.ts";
import { EmbeddingClient } from "../client/embedding_client.ts";
import { migrate } from "../photos/library/schema.ts";
import { startGateway, testFile } from "./harness.ts";

/** A library's database without a file. */
export function memoryDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  return database;
}

/** What the gateway's own model makes of a file of `testing/`. */
export async function readEmbedding(path: string): Promise<Embedding> {
  await using gateway = await startGateway();
  return await new EmbeddingClient({ url: gateway.url }).embed(await testFile(path));
}
