/** Builds what makes inputs of words: the tokenizer, and the encoder behind it. */
import type { Golden } from "../models/contract/golden.ts";
import type { TextManifest } from "../models/contract/manifest.ts";
import type { ModelFolder } from "../models/repository/model_folder.ts";
import { Tokenizer } from "../tokenize/tokenizer.ts";
import { parseVocabulary } from "../tokenize/vocabulary.ts";
import { assertGoldenInput } from "./embed/canary.ts";
import { modelTokenizerId, rememberedTextId } from "./embed/text_preprocess_id.ts";
import { TextReader } from "./embed/text_reader.ts";
import type { TextTurns } from "./embed/text_turns.ts";
import { TensorEncoder } from "./embed/tensor_encoder.ts";
import type { InputSource } from "./input_source.ts";
import type { ModelTelemetry } from "./telemetry/events.ts";

/** What says how a model's words are read. */
interface WordModel {
  readonly manifest: TextManifest;
  readonly folder: ModelFolder;
  readonly golden: Golden;
}

/** What words of a model are read with. */
export interface WordSetup extends WordModel {
  readonly telemetry: ModelTelemetry;
  readonly turns: TextTurns;
  readonly stack: AsyncDisposableStack;
}

/**
 * Reads the model's vocabulary and proves on the golden sentence that words become what open_clip makes of them.
 *
 * @returns The tokenizer, and what the golden sentence becomes.
 * @throws {Error} when the vocabulary is not there or another one, or the golden sentence becomes another input.
 */
export async function proveWords(
  { manifest: { architecture: { context_length: contextLength } }, folder, golden }: WordModel,
): Promise<{ readonly tokenizer: Tokenizer; readonly input: Uint8Array<ArrayBuffer> }> {
  const tokenizer = new Tokenizer(parseVocabulary(await folder.vocabulary()), { contextLength });
  const input = goldenInput(tokenizer, golden);
  assertGoldenInput(input, golden);
  return { tokenizer, input };
}

/**
 * Builds what makes inputs of a model's words.
 *
 * @throws {Error} as `proveWords()`.
 */
export async function composeWords(
  { telemetry, turns, stack, ...model }: WordSetup,
): Promise<InputSource> {
  const { golden, manifest } = model;
  const { tokenizer, input } = await proveWords(model);
  const tokenizerId = modelTokenizerId(manifest);
  return {
    canary: { input, golden },
    texts: new TextReader({ tokenizer, telemetry, turns }),
    preprocessIds: (engine) =>
      rememberedTextId(() => {
        const { modelDigest, inputDatatype } = engine();
        return { modelDigest, inputDatatype, tokenizerId };
      }),
    start: (engine) => {
      const encoder = stack.use(new TensorEncoder(engine));
      return Promise.resolve({ encoder, tensors: encoder, queued: () => 0, canEncode: () => true });
    },
  };
}

function goldenInput(tokenizer: Tokenizer, { sample }: Golden): Uint8Array<ArrayBuffer> {
  if (!("text" in sample)) {
    throw new TypeError("Cannot prove words on a golden record of a photo");
  }
  return new Uint8Array(tokenizer.encode(sample.text).ids.buffer);
}
