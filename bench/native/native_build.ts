/** Builds the native peer of this folder into .cache/, once: the comparisons with it alone need Rust. */
import { fileURLToPath } from "node:url";

const CRATE = fileURLToPath(new URL("Cargo.toml", import.meta.url));
const CACHE = fileURLToPath(new URL("../../.cache/native/", import.meta.url));
const NASM_FOLDER = `${CACHE}nasm`;

/** What the build runs, and how to come by it. */
const TOOLS = {
  cargo: "Rust 1.88 or newer, from https://rustup.rs",
  cmake: "cmake, for libjpeg-turbo",
  cc: "a C compiler, for libjpeg-turbo",
  nasm: "nasm, for libjpeg-turbo's vector code: where there is apt-get it is fetched",
} as const;
type Tool = keyof typeof TOOLS;

/**
 * Builds what changed; the first time that takes three minutes of a core, and cargo fetches its crates.
 *
 * @returns Path of the program.
 * @throws {Error} where a tool is missing, saying which, or where the build fails.
 */
export async function buildNativePeer(report: (text: string) => void): Promise<string> {
  // Rust's installer puts cargo where only new shells look.
  const home = `${Deno.env.get("HOME")}/.cargo/bin`;
  const path = `${NASM_FOLDER}/usr/bin:${Deno.env.get("PATH")}:${home}`;
  const isThere = (tool: Tool) => runs(["env", tool, "--version"], { env: { PATH: path } });
  // Elsewhere libjpeg-turbo's vector code is C.
  const needsNasm = Deno.build.arch === "x86_64";
  if (needsNasm && !await isThere("nasm")) await fetchNasm(report);
  const tools: readonly Tool[] = ["cargo", "cmake", "cc", ...needsNasm ? ["nasm" as const] : []];
  const missing: Tool[] = [];
  for (const tool of tools) if (!await isThere(tool)) missing.push(tool);
  if (missing.length > 0) throw new Error(missingToolsText(missing));
  const env = {
    PATH: path,
    CARGO_TARGET_DIR: `${CACHE}target`,
    // It runs where it is built, so it may use all that this processor has.
    RUSTFLAGS: "-C target-cpu=native",
  };
  const program = `${CACHE}target/release/native-peer`;
  const isFirst = await Deno.stat(program).then(() => false, () => true);
  if (isFirst) report("building the native peer into .cache/native: some minutes");
  const build = ["cargo", "build", "--quiet", "--release", "--locked", "--manifest-path", CRATE];
  // Others use the machine, too, and a contest begins only when it is built.
  if (!await runs(["env", "nice", ...build], { env, output: "inherit" })) {
    throw new Error("Cannot build the native peer as cargo failed");
  }
  return program;
}

/** What to say where tools are not there. */
export function missingToolsText(missing: readonly Tool[]): string {
  const tools = missing.map((tool) => `\n  ${tool}: ${TOOLS[tool]}`).join("");
  return `Cannot build the native peer without these, or leave --native out:${tools}`;
}

/** Takes nasm out of Debian's package, which needs no root and installs nothing. */
async function fetchNasm(report: (text: string) => void): Promise<void> {
  report("fetching nasm into .cache/native/nasm");
  await Deno.mkdir(NASM_FOLDER, { recursive: true });
  const script = "apt-get download -qq nasm && dpkg -x nasm_*.deb .";
  // Without it the check of the tools says what is missing.
  await runs(["sh", "-c", script], { cwd: NASM_FOLDER });
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly output?: "inherit" | "null";
}

/** Whether a program is there and ends well; its output is seen only where asked for. */
async function runs(
  [program, ...args]: readonly [string, ...string[]],
  { output = "null", ...options }: RunOptions,
): Promise<boolean> {
  const streams = { stdin: "null", stdout: output, stderr: output } as const;
  const child = new Deno.Command(program, { args, ...streams, ...options });
  return await child.output().then(({ success }) => success, () => false);
}
