/** `photos scan`: which files are there, and what is new. */
import { Library } from "../library/library.ts";
import { scan, type ScanProgress } from "../scan/scan.ts";
import { type CommandOptions, print } from "./command.ts";
import { counted, megabytes, printable } from "../../command/terminal.ts";

/** Scans and tells what came of it. */
export async function scanCommand(options: CommandOptions): Promise<number> {
  using library = Library.open(options.library);
  using _lock = library.lock("photos scan");
  const found = await scanFolders(library, options);
  if (options.isJson) {
    const { problems, movedDecisions, ...counts } = found;
    print(JSON.stringify({ ...counts, moved_decisions: movedDecisions, problems }));
  }
  return found.problems.length === 0 ? 0 : 1;
}

/** Scans with a line of progress, and says what a person should know. */
export async function scanFolders(
  library: Library,
  { folders, line, signal, isJson }: CommandOptions,
): Promise<ScanProgress> {
  const started = performance.now();
  const found = await scan(library, {
    folders,
    signal,
    onProgress: ({ files, bytesRead }) =>
      line.show(() => `Scanning: ${counted(files, "file")}, ${megabytes(bytesRead)} read`),
  });
  line.clear();
  for (const { path, problem } of found.problems) {
    line.say(`${printable(path)}: ${problem}`);
  }
  const undecoded = undecodedLine(library);
  if (undecoded !== "") line.say(undecoded);
  if (!isJson) {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const gone = found.gone === 0 ? "" : `, ${found.gone} gone`;
    const moved = found.movedDecisions === 0
      ? ""
      : `, ${counted(found.movedDecisions, "decision")} moved with their photos`;
    const files = counted(found.files, "photo");
    print(`Scanned ${files} in ${seconds} s: ${found.read} new or changed${gone}${moved}`);
  }
  return found;
}

/** What will not be embedded; nothing where everything will. */
function undecodedLine(library: Library): string {
  const kinds = library.photos.undecoded();
  if (kinds.length === 0) return "";
  const parts = kinds.map(({ format, count }) => `${count} ${format?.toUpperCase() ?? "other"}`);
  const previews = kinds.reduce((sum, kind) => sum + kind.previews, 0);
  const hint = previews === 0 ? "" : `; ${previews} have a JPEG in them, which --previews embeds`;
  return `Not decoded: ${parts.join(", ")}${hint}; photos stats lists them`;
}
