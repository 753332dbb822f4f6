// deno-lint-ignore-file no-console
/**
 * Holds every TypeScript file to the rules of `style/`: sizes, names, tests beside the code, documentation, comments.
 *
 * `deno task style [ROOT]` prints a line a problem and the size of the production code, and exits 1 on problems.
 */
import { countNoun, formatProblem, type Problem, sortProblems } from "./problem.ts";
import { isGenerated, readSources, type SourceFile } from "./source_tree.ts";
import { listComments, parseSource } from "./syntax.ts";
import { checkCommentedCode, checkTodos } from "./style/comments.ts";
import { checkDocTypes, checkExportDocs } from "./style/docs.ts";
import { checkPorts, checkSleeps } from "./style/flakiness.ts";
import { checkName, checkSiblingTest } from "./style/names.ts";
import { type Allowance, STYLE_POLICY, type StylePolicy } from "./style/policy.ts";
import { checkSizes } from "./style/sizes.ts";
import { formatStatistics, measure } from "./style/statistics.ts";
import type { StyleProblem } from "./style/style_problem.ts";

/** Every breach of the policy that its allow-list does not let through, sorted by place. */
export function checkStyle(
  files: readonly SourceFile[],
  policy: StylePolicy,
): Problem[] {
  const paths = new Set(files.map((file) => file.path));
  const problems = files.filter((file) => !isGenerated(file.path))
    .flatMap((file) => checkFile(file, paths, policy));
  return sortProblems(applyAllowances(problems, policy.allowances));
}

function checkFile(
  file: SourceFile,
  paths: ReadonlySet<string>,
  policy: StylePolicy,
): StyleProblem[] {
  const parsed = { ...file, syntax: parseSource(file) };
  const comments = listComments(parsed.syntax);
  return [
    ...checkName(parsed, policy),
    ...checkSiblingTest(parsed, paths, policy),
    ...checkSizes(parsed, policy),
    ...checkExportDocs(parsed),
    ...checkDocTypes(parsed, comments),
    ...checkTodos(parsed, comments),
    ...checkCommentedCode(parsed, comments),
    ...checkSleeps(parsed),
    ...checkPorts(parsed),
  ];
}

/** Takes out what is allowed, and reports allowances nobody needs any more. */
function applyAllowances(
  problems: readonly StyleProblem[],
  allowances: readonly Allowance[],
): StyleProblem[] {
  const matches = (allowance: Allowance, problem: StyleProblem) =>
    allowance.rule === problem.rule && allowance.path === problem.path;
  const left = problems.filter((problem) =>
    !allowances.some((allowance) => matches(allowance, problem))
  );
  const unused = allowances.filter((allowance) =>
    !problems.some((problem) => matches(allowance, problem))
  );
  return [
    ...left,
    ...unused.map(({ path, rule }): StyleProblem => ({
      path,
      line: 1,
      rule: "unused-allowance",
      text: `allowance of ${rule} is not needed: remove it from tools/style/policy.ts`,
    })),
  ];
}

async function main(root: string): Promise<number> {
  const files = await readSources(root);
  const problems = checkStyle(files, STYLE_POLICY);
  for (const problem of problems) console.log(formatProblem(problem));
  console.log(formatStatistics(measure(files)));
  console.log(
    `style: ${countNoun(files.length, "file")}, ` +
      countNoun(problems.length, "problem"),
  );
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args[0] ?? ".");
