/** An exported model's files, whole and apart from those that are served until it is known to work. */
import { DATA_FILE, type ModelFiles, readParts } from "../graph/onnx_file.ts";
import { modelDigest } from "../repository/model_folder.ts";
import { StagedFile } from "../weights/atomic_file.ts";

const MODEL_FILE = "model.onnx";

/** A folder beside the model's; it vanishes when disposed of. */
export class StagedModel implements AsyncDisposable {
  /** Bytes of the model's files. */
  readonly byteLength: number;
  /** The model's digest, as golden records have it. */
  readonly sha256: string;
  readonly #folder: string;
  readonly #hasData: boolean;

  private constructor(folder: string, model: StagedFile, data: StagedFile | undefined) {
    this.#folder = folder;
    this.#hasData = data !== undefined;
    this.byteLength = model.byteLength + (data?.byteLength ?? 0);
    this.sha256 = modelDigest(model.sha256, data?.sha256);
  }

  /**
   * Writes the files into a new folder of a temporary name inside `parent`.
   *
   * @throws {Error} of Deno's file functions, or what the parts throw; nothing is left then.
   */
  static async write(parent: string, { model, data }: ModelFiles): Promise<StagedModel> {
    const folder = `${parent}/${crypto.randomUUID()}.tmp`;
    await Deno.mkdir(folder, { recursive: true });
    try {
      const staged = data.length === 0
        ? undefined
        : await StagedFile.write(`${folder}/${DATA_FILE}`, readParts(data));
      await staged?.moveTo(`${folder}/${DATA_FILE}`);
      const file = await StagedFile.write(`${folder}/${MODEL_FILE}`, readParts(model));
      await file.moveTo(`${folder}/${MODEL_FILE}`);
      return new StagedModel(folder, file, staged);
    } catch (error) {
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  /** Path of the file to load; the other one lies beside it. */
  get path(): string {
    return `${this.#folder}/${MODEL_FILE}`;
  }

  /**
   * Gives the files their place, each one whole: data first, since the model names them. Data of a model that had some
   * and has none any more go. Returns the paths.
   */
  async moveTo(folder: string): Promise<string[]> {
    await Deno.mkdir(folder, { recursive: true });
    const names = this.#hasData ? [DATA_FILE, MODEL_FILE] : [MODEL_FILE];
    for (const name of names) await Deno.rename(`${this.#folder}/${name}`, `${folder}/${name}`);
    if (!this.#hasData) await removeIfThere(`${folder}/${DATA_FILE}`);
    await this[Symbol.asyncDispose]();
    return names.toReversed().map((name) => `${folder}/${name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeIfThere(this.#folder);
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
