/**
 * Finds, with knip, files and exports that nobody uses, and production code that only tests use.
 *
 * Knip is pinned by `toolchain.json` apart from the project's own dependencies. It wants a package.json, which this tree has
 * not, so it looks at a copy. Its search for circles leaves type imports out, and is not used.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../command/program.ts";
import { countNoun, formatProblem, type Problem, reportProblems, sortProblems } from "./problem.ts";
import { isGenerated, isProduction, isTest, readSources, type SourceFile } from "./source_tree.ts";

const TOOLCHAIN = fileURLToPath(new URL("toolchain.", import.meta.url));

/** Packages of deno.json that no code imports: files of theirs are opened. */
const NOT_IMPORTED = ["@julusian/jpeg-turbo", "icodec"];

/** What `knip --reporter json` says of a file. */
interface Report {
  readonly file: string;
  readonly files?: readonly unknown[];
  readonly exports?: readonly Symbol[];
  readonly types?: readonly Symbol[];
  readonly dependencies?: readonly Symbol[];
}
interface Symbol {
  readonly name: string;
  readonly line: number;
}

/** Exports that no other file imports, files and packages that nobody reaches, and code that only tests use. */
export async function checkUnused(
  files: readonly SourceFile[],
  packages: readonly string[],
): Promise<Problem[]> {
  const unused = await runKnip({ files, packages, isOwnUseEnough: false });
  // What tests call may stand exported beside the code that uses it.
  const untested = await runKnip({
    files: files.filter(({ path }) => !isTestCode(path)),
    packages: [],
    isOwnUseEnough: true,
  });
  const known = new Set(unused.map(formatProblem));
  return sortProblems([
    ...unused,
    ...untested.filter((problem) =>
      isProduction(problem.path) && !isGenerated(problem.path) && !known.has(formatProblem(problem))
    )
      .map((problem) => ({ ...problem, text: problem.text.replace("nobody", "tests alone") })),
  ]);
}

/** Doors of libraries, for whoever imports them. */
const DOORS = ["client/mod.ts", "client/npm/shrink.ts", "client/shrink/shrinker.ts"];

/** A program, and where knip begins to read: a test, or what a configuration names. */
function isEntry({ path, text }: SourceFile): boolean {
  return isTest(path) || DOORS.includes(path) || path === "tools/lint/plugin.ts" ||
    text.includes("import.meta.main") ||
    /_worker\.ts$/.test(path);
}

function isTestCode(path: string): boolean {
  return isTest(path) || path.startsWith("testing/");
}

interface Search {
  readonly files: readonly SourceFile[];
  readonly packages: readonly string[];
  /** An export that its own file uses counts as used. */
  readonly isOwnUseEnough: boolean;
}

async function runKnip({ files, packages, isOwnUseEnough }: Search): Promise<Problem[]> {
  const folder = await Deno.makeTempDir({ prefix: "check_unused_" });
  try {
    const config = {
      entry: files.filter(isEntry).map(({ path }) => path),
      project: ["**/*.ts"],
      ignoreExportsUsedInFile: isOwnUseEnough,
      ignoreDependencies: NOT_IMPORTED,
    };
    const dependencies = Object.fromEntries(packages.map((name) => [name, "*"]));
    await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ dependencies }));
    await Deno.writeTextFile(`${folder}/knip.json`, JSON.stringify(config));
    for (const { path, text } of files) {
      await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--allow-all", "--frozen", `--config=${TOOLCHAIN}json`],
        ...[`--lock=${TOOLCHAIN}lock`, "knip", "--include=files,exports,types,dependencies"],
        ...["--reporter=json", "--no-config-hints", "--no-exit-code"],
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
  return issues.flatMap(({ file, files = [], exports = [], types = [], dependencies = [] }) => [
    ...files.map(() => ({ path: file, line: 1, text: "is used by nobody" })),
    ...[...exports, ...types].map(({ name, line }) => ({
      path: file,
      line,
      text: `exported ${name} is used by nobody`,
    })),
    ...dependencies.map(({ name }) => ({
      path: "deno.json",
      line: 1,
      text: `package ${name} is used by nobody`,
    })),
  ]).filter(({ path }) => !isGenerated(path));
}

/** Packages of an import map: the code names them without version and path. */
async function readPackages(): Promise<string[]> {
  const { imports } = JSON.parse(await Deno.readTextFile("deno.json"));
  return Object.keys(imports).map((name) => name.replace(/\/$/, ""));
}

const PROGRAM = {
  help: `Usage: deno task unused

Finds files, exports and packages that nobody uses. Prints a line a problem; exits 1 if there is any.`,
};

if (import.meta.main) {
  await runProgram(PROGRAM, async () => {
    const files = await readSources(".");
    const problems = await checkUnused(files, await readPackages());
    reportProblems(`unused: ${countNoun(files.length, "file")}`, problems);
  });
}
