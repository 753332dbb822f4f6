/** `photos review`: the page on which a person looks groups through. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startReview } from "../review/review_server.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { measureGroups } from "./groups.ts";

const OPENER_FILE = "review.html";
/** Programs that open an address, by system. */
const OPENERS: Readonly<Record<string, string>> = { darwin: "open", linux: "xdg-open" };

/** Serves the page until it is interrupted, which loses nothing. */
export async function reviewCommand(options: CommandOptions): Promise<number> {
  const { line, signal, threshold, port, opens, isJson } = options;
  using library = openExisting(options);
  await using server = await startReview(library, {
    ...{ threshold, signal, port, folder: options.library },
    onProgress: (part) => line.show(() => `Comparing: ${(part * 100).toFixed(0)} %`),
    qualities: (groups) => measureGroups(library, groups, options),
  });
  line.clear();
  print(
    isJson
      ? JSON.stringify({ url: server.url })
      : `Review at ${server.url}\nCtrl-C ends it; every decision is kept at once`,
  );
  await using opener = opens ? await openerOf(server.url, options.library) : undefined;
  if (opener?.isOpened === false) line.say("No browser could be opened: open the address");
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  return 0;
}

/**
 * Opens a browser by a file that leads to the address: what programs are given is seen by everybody on a machine, and the
 * address has the token.
 */
async function openerOf(
  url: string,
  library: string,
): Promise<AsyncDisposable & { readonly isOpened: boolean }> {
  const path = join(library, OPENER_FILE);
  await Deno.remove(path).catch(() => {});
  const refresh = `<meta http-equiv="refresh" content="0; url=${url}">`;
  await Deno.writeTextFile(path, `<!DOCTYPE html>${refresh}\n`, { mode: 0o600, createNew: true });
  return {
    isOpened: await open(pathToFileURL(path).href),
    [Symbol.asyncDispose]: () => Deno.remove(path).catch(() => {}),
  };
}

async function open(url: string): Promise<boolean> {
  const program = OPENERS[Deno.build.os];
  if (program === undefined) return false;
  try {
    const { success } = await new Deno.Command(program, {
      args: [url],
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).output();
    return success;
  } catch {
    return false;
  }
}
