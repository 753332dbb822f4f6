/** `photos all`: everything from a folder of photos to its groups, and the page on which they are looked through. */
import { Library } from "../library/library.ts";
import type { CommandOptions } from "./command.ts";
import { embedInto } from "./embed.ts";
import { printGroups } from "./groups.ts";
import { reviewCommand } from "./review.ts";
import { scanFolders } from "./scan.ts";

/** Everything; the page is left out where its groups go on to a program, as JSON, or where it is not wanted. */
export async function allCommand(options: CommandOptions): Promise<number> {
  const code = await prepare(options);
  if (options.isJson || options.hasNoPage) return code;
  await reviewCommand({ ...options, opens: options.opens || Deno.stdout.isTerminal() });
  return code;
}

/** Scans, embeds and groups; what some photos lack does not hold up the others. */
async function prepare(options: CommandOptions): Promise<number> {
  using library = Library.open(options.library);
  using _lock = library.lock("photos all");
  const { problems } = await scanFolders(library, options);
  const { refused, problems: unread } = await embedInto(library, options);
  await printGroups(library, options);
  return problems.length + refused + unread.length === 0 ? 0 : 1;
}
