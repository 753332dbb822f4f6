/** The one reader of the model repository: a folder a model, with its manifest and what is made from it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Golden, parseGolden } from "../contract/golden.ts";
import { type ImageManifest, type ModelManifest, parseManifest } from "../contract/manifest.ts";
import { buildModel } from "../graph/build_model.ts";
import { fileSha256 } from "../weights/file_sha256.ts";

/** A file of a model, of a version of it where versions have one each. */
export type ModelFile =
  | "manifest.json"
  | "config.pbtxt"
  | "vocabulary.txt"
  | "golden.json"
  | "model.onnx"
  | "model.onnx.data";

/** The version that is meant unless one is named; it has its golden record in the model's folder. */
export const FIRST_VERSION = "1";

/** Whether Triton would take a folder of this name for a version. */
export function isVersion(name: string): boolean {
  return /^[1-9]\d{0,17}$/.test(name);
}

/** A model as an engine loads it. */
export interface ModelSource {
  /** Path of the ONNX file, or its bytes where it was built on the spot. */
  readonly model: string | Uint8Array;
  /** Of the ONNX file, and of its data where it has some, hex. */
  readonly modelDigest: string;
  /** Bytes of both. */
  readonly modelBytes: number;
}

/**
 * What tells an exported model from any other: SHA-256 of `model.onnx` in hex, where that is all there is; else that of its
 * digest and of its data's, one behind the other.
 */
export function modelDigest(modelSha256: string, dataSha256: string | undefined): string {
  if (dataSha256 === undefined) return modelSha256;
  return createHash("sha256").update(modelSha256).update(dataSha256).digest("hex");
}

/** Names of the models in a repository, sorted: folders with a manifest, or links to such. */
export async function listModels(repository: string | URL): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(repository)) {
    if (await new ModelFolder(repository, name).has("manifest.json")) names.push(name);
  }
  return names.sort();
}

/** Versions of a model that have an ONNX file, lowest first. */
export async function listVersions({ path }: Pick<ModelFolder, "path">): Promise<string[]> {
  const versions: string[] = [];
  for await (const { name } of Deno.readDir(path)) {
    if (!isVersion(name)) continue;
    const isMade = await Deno.stat(`${path}/${name}/model.onnx`).then(() => true, () => false);
    if (isMade) versions.push(name);
  }
  return versions.sort((a, b) => Number(BigInt(a) - BigInt(b)));
}

/**
 * A model's folder, and one version in it; nothing is read before it is asked for.
 *
 * Triton's configuration and a text model's vocabulary are those of all versions; `<version>/` has the ONNX file, the golden
 * record unless the version is 1, and a manifest of its own where the version has other weights than the model's.
 */
export class ModelFolder {
  /** Name of the folder, and so of the model. */
  readonly name: string;
  readonly path: string;
  readonly version: string;

  constructor(repository: string | URL, name: string, version: string = FIRST_VERSION) {
    this.name = name;
    this.path = join(repository instanceof URL ? fileURLToPath(repository) : repository, name);
    this.version = version;
  }

  /** Where a file is, or would be. */
  pathOf(file: ModelFile): string {
    const isOfVersion = file.startsWith("model.onnx") ||
      file === "golden.json" && this.version !== FIRST_VERSION;
    return `${isOfVersion ? this.versionPath : this.path}/${file}`;
  }

  /** Whether the version has a manifest of its own. */
  async hasOwnManifest(): Promise<boolean> {
    return await Deno.stat(this.ownManifestPath).then(() => true, () => false);
  }

  /** Where the version's own files are, or would be. */
  get versionPath(): string {
    return `${this.path}/${this.version}`;
  }

  /** Where a manifest of this version alone is, or would be. */
  get ownManifestPath(): string {
    return `${this.versionPath}/manifest.json`;
  }

  /** Whether a file is there. */
  async has(file: ModelFile): Promise<boolean> {
    return await Deno.stat(this.pathOf(file)).then(() => true, () => false);
  }

  /**
   * Reads the version's own manifest, or else the model's.
   *
   * @throws {SyntaxError} when it is malformed, or that of another model.
   * @throws {Error} when it cannot be read.
   */
  async manifest(): Promise<ModelManifest> {
    const path = await this.hasOwnManifest() ? this.ownManifestPath : this.pathOf("manifest.json");
    const manifest = await this.#parse(path, parseManifest);
    if (manifest.name !== this.name) {
      throw new SyntaxError(
        `Cannot read model manifest: name must be ${this.name}: current value is ${manifest.name}`,
      );
    }
    return manifest;
  }

  /**
   * Reads the manifest of a model that embeds images.
   *
   * @throws {SyntaxError} as `manifest()`, and when the model embeds something else.
   */
  async imageManifest(): Promise<ImageManifest> {
    const manifest = await this.manifest();
    if (manifest.modality === "image") return manifest;
    throw new SyntaxError(
      `Cannot use model ${this.name} as its modality must be image: it is ${manifest.modality}`,
    );
  }

  /**
   * Reads the golden record.
   *
   * @throws {SyntaxError} when it is malformed.
   * @throws {Error} when it cannot be read.
   */
  async golden(): Promise<Golden> {
    return await this.#parse(this.pathOf("golden.json"), parseGolden);
  }

  /**
   * Reads a text model's vocabulary.
   *
   * @throws {Error} when it cannot be read, or is another one than the manifest has the digest of.
   */
  async vocabulary(): Promise<string> {
    const manifest = await this.manifest();
    if (manifest.modality !== "text") throw new TypeError(`Model ${this.name} has no vocabulary`);
    const path = this.pathOf("vocabulary.txt");
    const text = await this.#readText(path);
    const digest = createHash("sha256").update(text).digest("hex");
    const { sha256 } = manifest.tokenizer.vocabulary;
    if (digest === sha256) return text;
    throw new Error(
      `Cannot serve model ${this.name} as SHA-256 of ${path} must be ${sha256}, which manifest.json has: it is ` +
        `${digest}; ${this.#command} makes it anew`,
    );
  }

  /**
   * Finds the ONNX file, and makes sure that it is the one that was exported. That of a model without weights is built on
   * the spot when it is not there, so that a fresh clone serves it without any preparation.
   *
   * @throws {Error} when the file cannot be read, or is another one than the golden record is of.
   * @throws {TypeError} when it is not there and the model needs weights.
   */
  async onnx(): Promise<ModelSource> {
    const path = this.pathOf("model.onnx");
    const digest = await this.digest();
    const model = digest === undefined ? buildModel(await this.manifest()) : path;
    const modelDigest = digest ?? createHash("sha256").update(model).digest("hex");
    await this.#assertExported(
      digest === undefined ? "the model that is built here" : path,
      modelDigest,
    );
    const modelBytes = model instanceof Uint8Array ? model.byteLength : await this.byteLength();
    return { model, modelDigest, modelBytes: modelBytes ?? 0 };
  }

  /** Bytes of the ONNX file and of its data where it has some; nothing where there is no ONNX file. */
  async byteLength(): Promise<number | undefined> {
    const model = await this.#size("model.onnx");
    return model && model + (await this.#size("model.onnx.data") ?? 0);
  }

  /**
   * Makes sure that the ONNX file is the one that was exported, where it is there at all: a server may have a copy of its
   * own, of which nothing is known here.
   *
   * @throws {Error} when the file cannot be read, or is another one than the golden record is of.
   */
  async assertExported(): Promise<void> {
    const digest = await this.digest();
    if (digest !== undefined) await this.#assertExported(this.pathOf("model.onnx"), digest);
  }

  /**
   * The digest of the ONNX file and of its data where it has some; nothing when there is no ONNX file.
   *
   * @throws {Error} when one of them cannot be read.
   */
  async digest(): Promise<string | undefined> {
    const model = await this.#sha256("model.onnx");
    return model && modelDigest(model, await this.#sha256("model.onnx.data"));
  }

  async #size(file: ModelFile): Promise<number | undefined> {
    return await Deno.stat(this.pathOf(file)).then(({ size }) => size, () => undefined);
  }

  async #sha256(file: ModelFile): Promise<string | undefined> {
    const path = this.pathOf(file);
    try {
      return await fileSha256(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw new Error(
        `Cannot serve model ${this.name}: ${path} is not readable: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }

  async #assertExported(what: string, digest: string): Promise<void> {
    const { modelSha256 } = await this.golden();
    if (digest === modelSha256) return;
    throw new Error(
      `Cannot serve model ${this.name} as SHA-256 of ${what} must be ${modelSha256}, which golden.json has of the ` +
        `exported one: it is ${digest}; ${this.#command} makes both anew, elsewhere with --repository`,
    );
  }

  async #parse<Value>(path: string, parse: (text: string) => Value): Promise<Value> {
    const text = await this.#readText(path);
    try {
      return parse(text);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SyntaxError(
        `Cannot serve model ${this.name}: ${path} is malformed: ${reason}`,
        { cause },
      );
    }
  }

  async #readText(path: string): Promise<string> {
    try {
      return await Deno.readTextFile(path);
    } catch (cause) {
      const reason = cause instanceof Deno.errors.NotFound
        ? `there is no ${path}; ${this.#command} makes it`
        : `${path} is not readable: ${cause instanceof Error ? cause.message : cause}`;
      throw new Error(`Cannot serve model ${this.name}: ${reason}`, { cause });
    }
  }

  /** What makes the files. */
  get #command(): string {
    const version = this.version === FIRST_VERSION ? "" : ` --model-version ${this.version}`;
    return `deno task model ${this.name}${version}`;
  }
}
