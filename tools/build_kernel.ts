// deno-lint-ignore-file no-console
/**
 * Builds `preprocess/kernel/kernel.wasm` from its AssemblyScript source.
 *
 * The compiler is pinned by `toolchain.json` beside the source and its lock file, apart from the project's own
 * dependencies, and gives the same bytes wherever it runs.
 */
import { type Parsed, runProgram } from "../command/program.ts";

const FOLDER = "preprocess/kernel";
const SOURCE = `${FOLDER}/assembly/kernel.ts`;
const COMMITTED = `${FOLDER}/kernel.wasm`;

const TOOLCHAIN = [
  "--quiet",
  "--allow-read",
  "--allow-env",
  "--frozen",
  `--config=${FOLDER}/toolchain.json`,
  `--lock=${FOLDER}/toolchain.lock`,
];

/**
 * No runtime, as nothing is ever allocated; relaxed SIMD for one instruction whose use the source explains; memory for
 * all that lies at known addresses, which is then reached without a check.
 */
const OPTIONS = [
  "--runtime=stub",
  "--enable=simd",
  "--enable=relaxed-simd",
  "--optimizeLevel=3",
  "--noAssert",
  "--initialMemory=4",
];

/**
 * Runs the compiler, from the repository root. It writes to standard output: of a file that it cannot write it would
 * say nothing.
 *
 * @throws {Error} with the compiler's own words when the source does not compile.
 */
async function build(): Promise<Uint8Array> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...TOOLCHAIN, "assemblyscript/asc", SOURCE, "--outFile", ...OPTIONS],
  }).output();
  if (success) return stdout;
  throw new Error(`Cannot build ${COMMITTED}: ${new TextDecoder().decode(stderr)}`);
}

async function check(): Promise<number> {
  const built = await build();
  if ((await Deno.readFile(COMMITTED)).toBase64() === built.toBase64()) {
    console.log(`kernel: ${built.length} bytes, the same`);
    return 0;
  }
  console.log(`${COMMITTED} differs: run deno task kernel`);
  return 1;
}

const PROGRAM = {
  help: `Usage: deno task kernel [--check]

Builds ${COMMITTED} from ${SOURCE}.

  --check  writes nothing; exits 1 where the committed file differs: deno task kernel:check`,
  options: { check: { type: "boolean", default: false } },
} as const;

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  if (values.check) Deno.exitCode = await check();
  else await Deno.writeFile(COMMITTED, await build());
}

if (import.meta.main) await runProgram(PROGRAM, main);
