/** `photos stats`: what a library holds. */
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, printable } from "../../command/terminal.ts";

/** Files of which each is named. */
const NAMED_MAX = 50;

/** Counts and prints. */
export function statsCommand(options: CommandOptions): Promise<number> {
  using library = openExisting(options);
  const photos = [...library.photos.all()];
  const embedders = library.vectors.embedders();
  const refused = library.vectors.refusals().length;
  const undecoded = photos.flatMap(({ path, problem }) =>
    problem === undefined ? [] : [{ path: library.absolute(path), problem }]
  );
  const copies = photos.length - new Set(photos.map(({ digest }) => digest.toHex())).size;
  if (options.isJson) {
    print(JSON.stringify({
      photos: photos.length,
      exact_copies: copies,
      not_decodable: undecoded.length,
      problems: undecoded,
      refused,
      embedders: embedders.map(({ space, preprocessId, dim, count }) => ({
        space,
        preprocess_id: preprocessId,
        dim,
        vectors: count,
      })),
      decisions: library.decisions.all().length,
    }));
    return Promise.resolve(0);
  }
  print(`${counted(photos.length, "photo")}, of which ${copies} are exact copies of others`);
  if (undecoded.length > 0) print(`${undecoded.length} of formats or files that are not decoded:`);
  for (const { path, problem } of undecoded.slice(0, NAMED_MAX)) {
    print(`  ${printable(path)}: ${problem}`);
  }
  if (undecoded.length > NAMED_MAX) print("  … and others, which --json lists");
  if (refused > 0) print(`${refused} refused by the gateway`);
  for (const { space, preprocessId, dim, count } of embedders) {
    print(`${counted(count, "vector")} of ${dim}, space ${space}, preprocess id ${preprocessId}`);
  }
  return Promise.resolve(0);
}
