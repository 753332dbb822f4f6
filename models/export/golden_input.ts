/** The known input that every export is run on, as the gateway makes it, so that every start can compare. */
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { chooseJpegDecoder } from "../../preprocess/decode/jpeg/jpeg_decoders.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { Tokenizer } from "../../tokenize/tokenizer.ts";
import { parseVocabulary } from "../../tokenize/vocabulary.ts";
import type { ImageManifest, ModelManifest, TextManifest } from "../contract/manifest.ts";
import {
  GOLDEN_TEXT,
  type GoldenInput,
  type GoldenPhoto,
  type GoldenText,
} from "./golden_embedding.ts";

const GOLDEN_PHOTO = "models/contract/golden_photo.jpg";

/**
 * What a model is run on; `vocabulary` is the path of a text model's.
 *
 * @throws {SyntaxError} when the vocabulary is malformed.
 * @throws {RangeError} when it has more tokens than the model.
 */
export async function goldenInput(
  manifest: ModelManifest,
  vocabulary: string | undefined,
): Promise<GoldenInput> {
  if (manifest.modality === "image") return await photoInput(manifest);
  if (vocabulary === undefined) throw new TypeError("Cannot tokenize without a vocabulary");
  return textInput(manifest, await Deno.readTextFile(vocabulary));
}

async function photoInput({ preprocess }: ImageManifest): Promise<GoldenPhoto> {
  const photo = await Deno.readFile(new URL(`../../${GOLDEN_PHOTO}`, import.meta.url));
  using preprocessor = new Preprocessor(
    preprocessorSettings({ preprocess, turboJpegPath: chooseJpegDecoder("auto").path }),
  );
  const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
  return { sample: { photo: GOLDEN_PHOTO }, crop, input: preprocessor.normalize(crop) };
}

function textInput({ name, architecture }: TextManifest, merges: string): GoldenText {
  const { context_length: contextLength, vocab_size } = architecture;
  const vocabulary = parseVocabulary(merges);
  const tokens = vocabulary.endOfText + 1;
  if (tokens > vocab_size) {
    throw new RangeError(
      `Cannot export ${name}: vocab_size must be at least the vocabulary's ${tokens}: current value is ${vocab_size}`,
    );
  }
  const { ids } = new Tokenizer(vocabulary, { contextLength }).encode(GOLDEN_TEXT);
  return { sample: { text: GOLDEN_TEXT }, ids };
}
