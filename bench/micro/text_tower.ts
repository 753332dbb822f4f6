/** The gateway's road of a text without HTTP: tokenizer, pipeline and the embedded engine. */
import { parseOptions } from "../../gateway/contract/options.ts";
import { Pipeline } from "../../gateway/embed/pipeline.ts";
import { TextTurns } from "../../gateway/embed/text_turns.ts";
import { TextReader } from "../../gateway/embed/text_reader.ts";
import { TensorEncoder } from "../../gateway/embed/tensor_encoder.ts";
import { EmbeddedEngine } from "../../gateway/engine/onnx/embedded_engine.ts";
import { Deadline } from "../../gateway/work/deadline.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { SEEDED_REPOSITORY } from "../../testing/models/seeded_repository.ts";
import { MODELS } from "../../testing/pairs/known_inputs.ts";
import { Tokenizer } from "../../tokenize/tokenizer.ts";
import { parseVocabulary } from "../../tokenize/vocabulary.ts";

const SLOTS = 32;
const TIMEOUT_MS = 60_000;
const OPTIONS = parseOptions({});

/** The seeded text tower of ViT-B/32. */
export class TextTower {
  readonly #reader: TextReader;
  readonly #pipeline: Pipeline;

  private constructor(reader: TextReader, pipeline: Pipeline) {
    this.#reader = reader;
    this.#pipeline = pipeline;
  }

  /** Loads it; the stack takes it down. */
  static async load(threads: number, stack: AsyncDisposableStack): Promise<TextTower> {
    const folder = new ModelFolder(SEEDED_REPOSITORY, MODELS.text);
    const manifest = await folder.manifest();
    const engine = stack.use(
      await EmbeddedEngine.create({
        manifest,
        ...await folder.onnx(),
        slots: SLOTS,
        batchImagesMax: 8,
        batchDelayMsMax: 0,
        threads,
        requestTimeoutMs: TIMEOUT_MS,
      }),
    );
    const encoder = stack.use(new TensorEncoder(engine));
    const tokenizer = new Tokenizer(parseVocabulary(await folder.vocabulary()), {
      contextLength: manifest.input.shape[0] as number,
    });
    const telemetry = { textTokenized: () => {} };
    const pipeline = new Pipeline({ engine, encoder, onRefused: () => {} });
    return new TextTower(
      new TextReader({ tokenizer, telemetry, turns: new TextTurns() }),
      pipeline,
    );
  }

  /** Embeds the texts of one request: f32 [dim] each, of length 1. */
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    using deadline = new Deadline({ timeoutMs: TIMEOUT_MS });
    const scope = {
      deadline,
      permit: { addPixels: () => {}, addInputs: () => {}, hold: () => new DisposableStack() },
      holder: "request",
      client: "",
      stamp: () => {},
    } as const;
    const { inputs } = await this.#reader.read(texts, scope);
    return await this.#pipeline.embed(inputs, OPTIONS, scope) as Float32Array[];
  }
}
