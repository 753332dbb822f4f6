import assert from "node:assert/strict";
import { checkLinks, headingAnchors } from "./check_links.ts";
import { formatProblem } from "./problem.ts";

const DOCUMENT = `# A title
[good](../README.md) [own](#a-title) [web](https://example.com/a.md) \`[code](gone.md)\`
[gone](gone.md) [heading](../README.md#nothing)
<picture><source srcset="dark.svg"><img src="light.svg"></picture>

[name]: missing.md

\`\`\`md
[fenced](gone.md)
\`\`\`
[late](#none)
`;

Deno.test("checkLinks() reports files and headings that do not exist, pictures too", async () => {
  const documents = [{ path: "docs/a.md", text: DOCUMENT }, { path: "README.md", text: "# Read" }];
  const paths = ["README.md", "docs/a.md", "docs/light.svg"];
  const problems = await checkLinks(documents, (path) => Promise.resolve(paths.includes(path)));
  assert.deepEqual(problems.map(formatProblem), [
    "docs/a.md:3: links to README.md, which has no heading #nothing",
    "docs/a.md:3: links to docs/gone.md, which does not exist",
    "docs/a.md:4: links to docs/dark.svg, which does not exist",
    "docs/a.md:6: links to docs/missing.md, which does not exist",
    "docs/a.md:11: links to docs/a.md, which has no heading #none",
  ]);
});

Deno.test("headingAnchors() gives anchors as GitHub does", () => {
  const text =
    "# Two words\n## `code` — a [link](b.md)?\n## Two words\n```sh\n# no heading\n```\n" +
    '<a id="own"></a>\n';
  assert.deepEqual([...headingAnchors(text)], ["two-words", "code--a-link", "two-words-1", "own"]);
});
