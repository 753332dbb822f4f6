/** `photos all`: everything from a folder of photos to its groups. */
import { Library } from "../library/library.ts";
import type { CommandOptions } from "./command.ts";
import { embedInto } from "./embed.ts";
import { printGroups } from "./groups.ts";
import { scanFolders } from "./scan.ts";

/** Scans, embeds and groups; what some photos lack does not hold up the others. */
export async function allCommand(options: CommandOptions): Promise<number> {
  using library = Library.open(options.library);
  using _lock = library.lock("photos all");
  const { problems } = await scanFolders(library, options);
  const { refused, problems: unread } = await embedInto(library, options);
  await printGroups(library, options);
  return problems.length + refused + unread.length === 0 ? 0 : 1;
}
