/** Where a model's checkpoint is: given by path, downloaded before, or on the hub. */
import { dirname } from "node:path";
import type { WeightsSpec } from "../contract/manifest.ts";
import { download, type DownloadOptions } from "./download.ts";
import { fileSha256 } from "./file_sha256.ts";
import { hubUrl } from "./hub.ts";

/** A checkpoint on this machine. */
export interface LocalWeights {
  readonly path: string;
  /** Of the file, in hex. */
  readonly sha256: string;
}

/** How to get a checkpoint. */
export interface FetchOptions extends Omit<DownloadOptions, "url" | "place" | "sha256"> {
  /** Folder of the checkpoints that were downloaded. */
  readonly cache: string;
  /** Base URL of the hub. */
  readonly endpoint: string;
}

/**
 * Finds the checkpoint in the cache, or downloads it there.
 *
 * @throws {DownloadError} when it cannot be downloaded.
 * @throws {Error} when its digest is not the manifest's.
 */
export async function fetchWeights(
  spec: WeightsSpec,
  options: FetchOptions,
): Promise<LocalWeights> {
  const place = cachedPath(options.cache, spec);
  const isThere = await Deno.stat(place).then(() => true, () => false);
  if (!isThere) {
    await Deno.mkdir(dirname(place), { recursive: true });
    const url = hubUrl(options.endpoint, spec);
    await download({ ...options, url, place, sha256: spec.sha256 });
  }
  return await checkWeights(spec, place);
}

/** Where a checkpoint is once it was downloaded. */
export function cachedPath(cache: string, { repo, revision, file }: WeightsSpec): string {
  return `${cache}/${repo}/${revision}/${file}`;
}

/**
 * Takes a file as the checkpoint.
 *
 * @throws {Error} when it cannot be read, or its digest is not the manifest's.
 */
export async function checkWeights(spec: WeightsSpec, path: string): Promise<LocalWeights> {
  const sha256 = await digest(path);
  if (spec.sha256 !== undefined && spec.sha256 !== sha256) {
    throw new Error(
      `Cannot use ${path} as ${spec.repo}/${spec.file}: its SHA-256 must be ${spec.sha256}: current value is ` +
        `${sha256}; other weights need a manifest of their own`,
    );
  }
  return { path, sha256 };
}

async function digest(path: string): Promise<string> {
  try {
    return await fileSha256(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Error
      ? cause.message
      : cause;
    throw new Error(`Cannot read weights ${path}: ${reason}`, { cause });
  }
}
