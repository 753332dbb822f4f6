/** What a checkout holds on a system whose git turns line ends: shells take no CRLF, and goldens are compared by bytes. */
import assert from "node:assert/strict";

interface Tracked {
  readonly path: string;
  /** What git found in the index: lf, crlf, mixed, none, or -text for bytes. */
  readonly content: string;
  readonly attributes: string;
}

/** All tracked files; none where the tree is no clone, or there is no git. */
async function trackedFiles(): Promise<Tracked[]> {
  const listed = await new Deno.Command("git", {
    args: ["ls-files", "--eol"],
    cwd: new URL("../", import.meta.url),
  }).output().catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (listed === undefined || listed.code !== 0) return [];
  return new TextDecoder().decode(listed.stdout).trimEnd().split("\n").map((line) => {
    const [, content = "", attributes = "", path = ""] =
      /^i\/(\S*) +w\/\S* +attr\/([^\t]*?) *\t(.*)$/.exec(line) ?? [];
    return { path, content, attributes };
  });
}

Deno.test("a checkout has LF in every text, and no line ends in what is compared by bytes", async () => {
  const files = await trackedFiles();
  const other = files.filter(({ content, attributes }) => {
    if (content === "-text") return attributes !== "-text";
    return attributes !== "-text" && (!attributes.includes("eol=lf") || /crlf|mixed/.test(content));
  });
  assert.deepEqual(other.map(({ path }) => path), []);
});
