// deno-lint-ignore-file no-console
/**
 * Builds `preprocess/kernel/kernel.wasm` from its AssemblyScript source.
 *
 * `deno task kernel` writes the file; `--check` only builds, says where the committed file differs and exits 1. The
 * compiler is pinned by `toolchain.json` beside the source and its lock file, apart from the project's own
 * dependencies, and gives the same bytes wherever it runs.
 */

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

/** Position of the first byte that differs, be it for want of it; `undefined` when none does. */
export function firstDifference(left: Uint8Array, right: Uint8Array): number | undefined {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index++) {
    if (left[index] !== right[index]) return index;
  }
  return undefined;
}

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
  const position = firstDifference(await Deno.readFile(COMMITTED), built);
  if (position === undefined) {
    console.log(`kernel: ${built.length} bytes, the same`);
    return 0;
  }
  console.log(`${COMMITTED} differs from byte ${position} on: run deno task kernel`);
  return 1;
}

if (import.meta.main) {
  if (Deno.args.includes("--check")) Deno.exitCode = await check();
  else await Deno.writeFile(COMMITTED, await build());
}
