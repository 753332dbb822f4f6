/** Photos beside sentences: cosines by open_clip itself, with the seeded weights of `full_goldens/`. */
import { z } from "zod";

const FILE = new URL("pair_goldens.json", import.meta.url);

const schema = z.array(z.strictObject({ photo: z.string(), text: z.string(), cosine: z.number() }));

/** A file of `testing/photos`, a sentence, and the cosine of their embeddings. */
export type PairGolden = z.infer<typeof schema>[number];

/** Reads what `make_tower_goldens.py pairs` wrote. */
export function readPairGoldens(): PairGolden[] {
  return schema.parse(JSON.parse(Deno.readTextFileSync(FILE)));
}
