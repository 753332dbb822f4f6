/**
 * Looks whether what Markdown links to exists: files, and headings in them. What lies in other places is not fetched.
 *
 * remark-validate-links was tried: it sees no `<img>` and no `<source>`, and its plugins cannot be loaded from Deno's
 * cache.
 */
import { posix } from "node:path";
import { runProgram } from "../command/program.ts";
import { countNoun, type Problem, reportProblems, sortProblems } from "./problem.ts";
import { readSources, type SourceFile } from "./source_tree.ts";

/** `[text](target)`, `[name]: target`, and `src`, `srcset` and `href` of HTML. */
const LINK =
  /\]\(<?([^()\s>]+)>?(?: "[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)|\b(?:src|srcset|href)="([^"\s]+)/gm;

/** Links of documents that lead nowhere, sorted by place. */
export async function checkLinks(
  documents: readonly SourceFile[],
  exists: (path: string) => Promise<boolean>,
): Promise<Problem[]> {
  const anchors = new Map(documents.map(({ path, text }) => [path, headingAnchors(text)]));
  const problems: Problem[] = [];
  for (const { path, text } of documents) {
    for (const { target, line } of linksOf(text)) {
      const [file = "", anchor] = target.split("#");
      const to = file === "" ? path : posix.join(posix.dirname(path), decodeURI(file));
      const problem = !await exists(to)
        ? "does not exist"
        : anchor !== undefined && anchors.get(to)?.has(anchor) === false
        ? `has no heading #${anchor}`
        : undefined;
      if (problem !== undefined) {
        problems.push({ path, line, text: `links to ${to}, which ${problem}` });
      }
    }
  }
  return sortProblems(problems);
}

/** Links to places in this repository. */
function linksOf(text: string): { target: string; line: number }[] {
  const visible = withoutCode(text);
  return [...visible.matchAll(LINK)].map((match) => ({
    target: match[1] ?? match[2] ?? match[3] ?? "",
    line: visible.slice(0, match.index).split("\n").length,
  })).filter(({ target }) => !/^[a-z]+:|^\//.test(target));
}

/** Anchors as GitHub gives them: letters, digits and dashes, a number behind what was there before. */
export function headingAnchors(text: string): Set<string> {
  const anchors = new Set<string>();
  const prose = text.replace(/^```.*?^```/gms, "");
  for (const [, heading = ""] of prose.matchAll(/^#{1,6} +(.+?)(?: +#+)?$/gm)) {
    const slug = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  for (const [, id = ""] of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** The text with code blanked out, lines kept. */
function withoutCode(text: string): string {
  return text.replace(/^```.*?^```|`[^`\n]+`/gms, (code) => code.replace(/[^\n]/g, " "));
}

const PROGRAM = {
  help: `Usage: deno task links

Looks whether the files and headings that Markdown links to exist. Prints a line a problem; exits 1 if there is any.`,
};

if (import.meta.main) {
  await runProgram(PROGRAM, async () => {
    const documents = await readSources(".", ".md");
    const links = documents.reduce((sum, { text }) => sum + linksOf(text).length, 0);
    const exists = (path: string) => Deno.stat(path).then(() => true, () => false);
    reportProblems(
      `links: ${countNoun(documents.length, "document")}, ${countNoun(links, "link")}`,
      await checkLinks(documents, exists),
    );
  });
}
