/** Model repositories for tests: the project's models, tiny in place of those with weights, changed where a test needs it. */
import { configPbtxt } from "../../models/export/config_pbtxt.ts";
import { readModelManifest } from "../models/repository_manifests.ts";
import { standInModel } from "../models/stand_in_model.ts";
import { makeRunFolder } from "./run_folder.ts";

/** A model to serve. */
export interface TestModel {
  /** The model of `model_repository/` that it is made from, and its name there. */
  readonly source: string;
  /** Its name here; the source's when absent. */
  readonly name?: string;
  /** Serves it by the scripted backend, which misbehaves as `setScript()` says. */
  readonly scripted?: boolean;
  /** Changes its config.pbtxt. */
  readonly edit?: (config: string) => string;
}

/** A bad day of a scripted model; see `scripted_backend/model.py`. */
export interface Script {
  /** Every batch waits until a script says otherwise. */
  readonly hold?: true;
  readonly delay_ms?: number;
  readonly reply?: "model" | "fingerprint" | "short" | "nan" | "fail";
  readonly exit?: true;
}

/** A folder that Triton serves; disposing removes it. */
export class TestRepository implements AsyncDisposable {
  /** Absolute path. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes a repository of the given models. */
  static async create(models: readonly TestModel[]): Promise<TestRepository> {
    const repository = new TestRepository(await makeRunFolder("models"));
    for (const model of models) await repository.write(model);
    return repository;
  }

  /** Adds a model, or replaces one; a server that has it loaded notices when told to load it again. */
  async write(model: TestModel): Promise<void> {
    const { source, name = source, edit = (config) => config } = model;
    const manifest = readModelManifest(source);
    const renamed = configPbtxt(manifest).replace(`name: "${source}"`, `name: "${name}"`);
    const config = edit(model.scripted ? this.#withScript(renamed, name) : renamed);
    await Deno.mkdir(`${this.path}/${name}/1`, { recursive: true });
    await Deno.writeFile(`${this.path}/${name}/1/model.onnx`, await standInModel(manifest));
    await Deno.writeTextFile(`${this.path}/${name}/config.pbtxt`, config);
  }

  /** From its next batch on, a scripted model does as told; `{}` makes it well again. */
  async setScript(name: string, script: Script): Promise<void> {
    // Renamed, as the backend must not read half of it.
    const path = this.#scriptPath(name);
    await Deno.writeTextFile(`${path}.new`, JSON.stringify(script));
    await Deno.rename(`${path}.new`, path);
  }

  /** Batches that a scripted model began since it was loaded, warm-up included. */
  async batchesBegun(name: string): Promise<number> {
    return (await Deno.stat(`${this.#scriptPath(name)}.begun`)).size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }

  #scriptPath(name: string): string {
    return `${this.path}/${name}/script.json`;
  }

  #withScript(config: string, name: string): string {
    const scripted = config.replace('backend: "onnxruntime"', 'backend: "scripted"');
    return `${scripted}
parameters { key: "script", value { string_value: "${this.#scriptPath(name)}" } }
`;
  }
}
