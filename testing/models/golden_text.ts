/** The exporter's sentence as ids, for tests without a vocabulary. */
import type { TextManifest } from "../../models/contract/manifest.ts";
import { GOLDEN_TEXT, type GoldenText } from "../../models/export/golden_embedding.ts";

/** What open_clip 3.3.0's `SimpleTokenizer` makes of `GOLDEN_TEXT`; zeros follow. */
const IDS = [49406, 1237, 3471, 20507, 267, 637, 10222, 930, 281, 13919, 261, 6682, 30574, 263, 325]
  .concat(270, 272, 269, 279, 7805, 49407);

/** The golden input of a text model whose tokenizer is CLIP's. */
export function goldenText({ input }: TextManifest): GoldenText {
  const ids = new Int32Array(input.shape[0] as number);
  ids.set(IDS);
  return { sample: { text: GOLDEN_TEXT }, ids };
}
