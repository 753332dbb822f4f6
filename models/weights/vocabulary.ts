/** Where a text model's vocabulary is: given by path, downloaded before, or on the hub. */
import type { TextManifest } from "../contract/manifest.ts";
import { download } from "./download.ts";
import { fileSha256 } from "./file_sha256.ts";
import { hubUrl } from "./hub.ts";
import { DownloadError } from "./transfer.ts";
import type { FetchOptions } from "./weights.ts";

/** Has CLIP's merges beyond doubt; its digest says whether what comes is they, so no commit needs to. */
const CLIP_REPOSITORY = { repo: "openai/clip-vit-base-patch32", revision: "main" };

/** What of a manifest a vocabulary needs. */
export type VocabularySpec = Pick<TextManifest, "name" | "tokenizer" | "weights">;

/**
 * Finds the vocabulary in the cache, or downloads it there: from the repository of the weights, or, where that has none or
 * another one, from OpenAI's of CLIP.
 *
 * @returns its path.
 * @throws {DownloadError} when it can be had from neither.
 * @throws {Error} when the digest of the one in the cache is wrong.
 */
export async function fetchVocabulary(
  spec: VocabularySpec,
  options: FetchOptions,
): Promise<string> {
  const { file, sha256 } = spec.tokenizer.vocabulary;
  const folder = `${options.cache}/vocabularies`;
  const place = `${folder}/${sha256}.txt`;
  if (await Deno.stat(place).then(() => true, () => false)) {
    return await checkVocabulary(spec, place);
  }
  await Deno.mkdir(folder, { recursive: true });
  const reasons: string[] = [];
  for (const source of [spec.weights, CLIP_REPOSITORY]) {
    if (source === undefined) continue;
    const url = hubUrl(options.endpoint, { ...source, file });
    try {
      await download({ ...options, url, place, sha256 });
      return place;
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new DownloadError(
    `Cannot get the vocabulary of ${spec.name}: ${
      reasons.join("; ")
    }; pass it by --vocabulary FILE`,
  );
}

/**
 * Takes a file as the vocabulary.
 *
 * @returns its path.
 * @throws {Error} when its digest is not the manifest's.
 * @throws {Deno.errors.NotFound} and the other errors of Deno's file functions.
 */
export async function checkVocabulary(spec: VocabularySpec, path: string): Promise<string> {
  const expected = spec.tokenizer.vocabulary.sha256;
  const actual = await fileSha256(path);
  if (actual === expected) return path;
  throw new Error(
    `Cannot use ${path} as the vocabulary of ${spec.name}: its SHA-256 must be ${expected}: current value is ${actual}`,
  );
}
