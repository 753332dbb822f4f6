/** Who embeds: a gateway far away, one of this process's own, or whichever is there. */
import { EmbeddingClient } from "../../client/embedding_client.ts";
import { EmbeddingError } from "../../client/embedding_error.ts";
import type { Embedder } from "../library/vector_table.ts";
import { type LocalGateway, startLocalGateway } from "../../client/deno/local_gateway.ts";

/** Where photos are embedded. */
export type Mode = "remote" | "local" | "auto";

/** What a person says of it. */
export interface SourceOptions {
  readonly mode: Mode;
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly model?: string | undefined;
  /** `GATEWAY_…` settings, for a gateway of one's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A gateway that was found, and the model that embeds there. */
export interface Source extends AsyncDisposable {
  readonly client: EmbeddingClient;
  /** `local`, or the gateway's URL. */
  readonly madeBy: string;
  readonly isLocal: boolean;
  /** Of photos. */
  readonly embedder: Embedder;
  readonly model: string;
  /** Name of the model of words of the same space, if one is served. */
  readonly textModel: string | undefined;
}

/**
 * A photo of one grey pixel, which is embedded to see: a gateway that tells its models may have nothing that runs them, and
 * only a reply has the id of what it does by default. BMP (BITMAPINFOHEADER), 24 bits a pixel.
 */
const PIXEL = Uint8Array.fromHex(
  "424d3a0000000000000036000000280000000100000001000000010018000000000004000000" +
    "00000000000000000000000000000000" + "80808000",
);

/** How long the first question may take before a gateway counts as not there. */
const PROBE_MS = 5_000;

/**
 * Finds the gateway.
 *
 * @param say Told what a person should know, a sentence at a time.
 * @throws {Error} where there is none, or it serves no model of photos. Or the signal's reason.
 */
export async function openSource(
  options: SourceOptions,
  say: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<Source> {
  const { mode, url } = options;
  if (mode === "local" || url === undefined) return await openLocal(options);
  try {
    return await openRemote(url, options, signal);
  } catch (error) {
    if (mode === "remote" || !(error instanceof EmbeddingError) || !error.isRetryable) throw error;
    say(`${error.message}; embedding here instead`);
    return await openLocal(options);
  }
}

/** A gateway far away. @throws {Error} */
export async function openRemote(
  url: string,
  { key, model }: SourceOptions,
  signal?: AbortSignal,
): Promise<Source> {
  const options = { url, key, model };
  const probe = new EmbeddingClient({
    ...options,
    timeoutMs: PROBE_MS,
    retry: { attemptsMax: 2 },
  });
  const client = new EmbeddingClient(options);
  const found = await describe(probe, model, signal);
  const dispose = () => Promise.resolve();
  return {
    ...{ client, madeBy: url, isLocal: false, ...found },
    [Symbol.asyncDispose]: dispose,
  };
}

/** A gateway of this process. @throws {Error} */
export async function openLocal({ model, env }: SourceOptions): Promise<Source> {
  const gateway: LocalGateway = await startLocalGateway(env);
  try {
    const client = new EmbeddingClient({ url: gateway.url, key: gateway.key, model });
    const found = await describe(client, model);
    return {
      ...{ client, madeBy: "local", isLocal: true },
      ...found,
      [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
    };
  } catch (error) {
    await gateway[Symbol.asyncDispose]();
    throw error;
  }
}

async function describe(
  client: EmbeddingClient,
  name: string | undefined,
  signal?: AbortSignal,
): Promise<Pick<Source, "embedder" | "model" | "textModel">> {
  const models = await client.models({ signal });
  const model = models.find(({ modality, name: own, aliases, is_default }) =>
    modality === "image" &&
    (name === undefined ? is_default : own === name || aliases.includes(name))
  );
  if (model === undefined) {
    const names = models.filter(({ modality }) => modality === "image").map(({ name }) => name);
    throw new Error(
      names.length === 0
        ? `${client.url} serves no model of photos`
        : `${client.url} serves no model ${name} of photos: there are ${names.join(", ")}`,
    );
  }
  const { space, preprocessId, vector } = await client.embed(PIXEL, { signal });
  const text = models.find((other) => other.modality === "text" && other.embedding_space === space);
  return {
    embedder: { space, preprocessId, dim: vector.length },
    model: model.name,
    textModel: text?.name,
  };
}
