// deno-lint-ignore-file no-console
/**
 * Generates `proto/gen/*_pb.ts` from `proto/*.proto` with buf and protobuf-es.
 *
 * The generators are pinned by `proto/toolchain.json` and its lock file, apart from the project's own dependencies:
 * 100 MB that nobody needs who only runs the gateway. Both are npm packages with their programs inside, so no install
 * script has to run.
 */
import { type Parsed, runProgram } from "../command/program.ts";

const TOOLCHAIN = [
  "--quiet",
  "--allow-all",
  "--frozen",
  "--config=proto/toolchain.json",
  "--lock=proto/toolchain.lock",
];
const GENERATED_FOLDER = "proto/gen";

/** A file by its name inside the folder, and what is wrong with it. */
export interface Difference {
  readonly name: string;
  readonly problem: "differs" | "is missing" | "has no .proto file";
}

/** Compares generated files, both ways; the result is sorted by name. */
export function compareFiles(
  committed: ReadonlyMap<string, string>,
  generated: ReadonlyMap<string, string>,
): Difference[] {
  const names = [...new Set([...committed.keys(), ...generated.keys()])].sort();
  return names.flatMap((name): Difference[] => {
    if (!committed.has(name)) return [{ name, problem: "is missing" }];
    if (!generated.has(name)) return [{ name, problem: "has no .proto file" }];
    return committed.get(name) === generated.get(name) ? [] : [{ name, problem: "differs" }];
  });
}

/**
 * Runs buf over `proto/`, from the repository root.
 *
 * @throws {Error} with buf's own words when a .proto file does not compile.
 */
async function generate(folder: string): Promise<void> {
  const deno = Deno.execPath();
  const template = {
    version: "v2",
    clean: true,
    plugins: [{
      local: [deno, "run", ...TOOLCHAIN, "@bufbuild/protoc-gen-es"],
      out: folder,
      opt: ["target=ts", "import_extension=ts"],
    }],
  };
  const { success, stdout, stderr } = await new Deno.Command(deno, {
    args: ["run", ...TOOLCHAIN, "@bufbuild/buf", "generate", "proto"]
      .concat("--template", JSON.stringify(template)),
  }).output();
  if (success) return;
  const text = new TextDecoder();
  throw new Error(
    `Cannot generate code from proto/: ${text.decode(stdout)}${text.decode(stderr)}`,
  );
}

/** Every file of a flat folder by name; empty when there is no such folder. */
async function readFolder(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  try {
    for await (const { name } of Deno.readDir(folder)) {
      files.set(name, await Deno.readTextFile(`${folder}/${name}`));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}

async function check(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "gen_proto_" });
  try {
    await generate(folder);
    const generated = await readFolder(folder);
    const differences = compareFiles(await readFolder(GENERATED_FOLDER), generated);
    for (const { name, problem } of differences) {
      console.log(`${GENERATED_FOLDER}/${name} ${problem}: run deno task proto`);
    }
    console.log(`proto: ${generated.size} generated, ${differences.length} different`);
    return differences.length === 0 ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const PROGRAM = {
  help: `Usage: deno task proto [--check]

Generates ${GENERATED_FOLDER}/ from proto/*.proto.

  --check  writes nothing; exits 1 where committed files differ: deno task gen:check`,
  options: { check: { type: "boolean", default: false } },
} as const;

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  if (values.check) Deno.exitCode = await check();
  else await generate(GENERATED_FOLDER);
}

if (import.meta.main) await runProgram(PROGRAM, main);
