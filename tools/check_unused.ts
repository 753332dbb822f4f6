// deno-lint-ignore-file no-console
/**
 * Finds, with knip, files and exports that nobody uses, and production code that only tests use.
 *
 * `deno task unused [ROOT]` prints a line a problem and exits 1 if there is any. Knip is pinned by `knip/` apart from
 * the project's own dependencies. It wants a package.json, which this tree has not, so it looks at a copy. Its search
 * for circles leaves type imports out, and is not used.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { countNoun, formatProblem, type Problem, sortProblems } from "./problem.ts";
import { isGenerated, isProduction, isTest, readSources, type SourceFile } from "./source_tree.ts";

const TOOLCHAIN = fileURLToPath(new URL("knip/toolchain.", import.meta.url));

/** What `knip --reporter json` says of a file. */
interface Report {
  readonly file: string;
  readonly files?: readonly unknown[];
  readonly exports?: readonly Symbol[];
  readonly types?: readonly Symbol[];
}
interface Symbol {
  readonly name: string;
  readonly line: number;
}

/** Exports that no other file imports, files that no program reaches, and code that only tests use. */
export async function checkUnused(files: readonly SourceFile[]): Promise<Problem[]> {
  const written = files.filter(({ path }) => !isGenerated(path));
  const unused = await runKnip(written, false);
  // What tests call may stand exported beside the code that uses it.
  const untested = await runKnip(written.filter(({ path }) => !isTestCode(path)), true);
  const known = new Set(unused.map(formatProblem));
  return sortProblems([
    ...unused,
    ...untested.filter((problem) =>
      isProduction(problem.path) && !known.has(formatProblem(problem))
    )
      .map((problem) => ({ ...problem, text: problem.text.replace("nobody", "tests alone") })),
  ]);
}

/** A program, and where knip begins to read: a test, or what a configuration names. */
function isEntry({ path, text }: SourceFile): boolean {
  return isTest(path) || path === "tools/lint/plugin.ts" || text.includes("import.meta.main") ||
    /_worker\.ts$/.test(path);
}

function isTestCode(path: string): boolean {
  return isTest(path) || path.startsWith("testing/");
}

async function runKnip(files: readonly SourceFile[], isOwnUseEnough: boolean): Promise<Problem[]> {
  const folder = await Deno.makeTempDir({ prefix: "check_unused_" });
  try {
    const config = {
      entry: files.filter(isEntry).map(({ path }) => path),
      project: ["**/*.ts"],
      ignoreExportsUsedInFile: isOwnUseEnough,
    };
    await Deno.writeTextFile(`${folder}/package.json`, "{}");
    await Deno.writeTextFile(`${folder}/knip.json`, JSON.stringify(config));
    for (const { path, text } of files) {
      await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--allow-all", "--frozen", `--config=${TOOLCHAIN}json`],
        ...[`--lock=${TOOLCHAIN}lock`, "knip", "--include=files,exports,types", "--reporter=json"],
        ...["--no-config-hints", "--no-exit-code"],
      ],
      cwd: folder,
    }).output();
    return readReports(new TextDecoder().decode(stdout), new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function readReports(output: string, complaint: string): Problem[] {
  if (!output.startsWith("{")) throw new Error(`Cannot look for unused code: ${complaint}`);
  const issues: readonly Report[] = JSON.parse(output).issues;
  return issues.flatMap(({ file, files = [], exports = [], types = [] }) => [
    ...files.map(() => ({ path: file, line: 1, text: "is used by nobody" })),
    ...[...exports, ...types].map(({ name, line }) => ({
      path: file,
      line,
      text: `exported ${name} is used by nobody`,
    })),
  ]);
}

async function main(root: string): Promise<number> {
  const files = await readSources(root);
  const problems = await checkUnused(files);
  for (const problem of problems) console.log(formatProblem(problem));
  console.log(
    `unused: ${countNoun(files.length, "file")}, ${countNoun(problems.length, "problem")}`,
  );
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args[0] ?? ".");
