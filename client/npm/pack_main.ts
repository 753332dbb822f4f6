// deno-lint-ignore-file no-console
/** `deno task client:pack`: the client library as npm's registry takes it, in JavaScript and with its types. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../command/program.ts";
import { VERSION } from "../../gateway/config/version.ts";

const HELP = `Usage: deno task client:pack [--out .cache/client]

Compiles client/mod.ts and all that it imports, and packs triton-edge-client-${VERSION}.tgz, for Node 20 and newer,
Deno and browsers. Prints the tarball's path. Needs npm; the compiler comes from its registry.

  --out DIR  where the tarball goes (default .cache/client)
  --help     print this text and exit

Exit codes: 0 packed; 1 otherwise; 64 for bad arguments.`;

const NAME = "triton-edge-client";
const TYPESCRIPT = "npm:typescript@5.9.3/tsc";
const ESBUILD = "npm:esbuild@0.28.2";

/** What npm reads. */
const PACKAGE = {
  name: NAME,
  version: VERSION,
  description: "Embeddings of photos and words from a triton-edge gateway",
  license: "MIT",
  type: "module",
  sideEffects: false,
  engines: { node: ">=20.3" },
  exports: {
    ".": { types: "./client/mod.d.ts", default: "./client/mod.js" },
    "./shrink": {
      types: "./shrink/shrink.d.ts",
      node: "./shrink/node.js",
      default: "./shrink/browser.js",
    },
  },
  types: "./client/mod.d.ts",
  files: ["client", "gateway", "shrink"],
};

/** What Node 20 and browsers have, and nothing newer. */
const COMPILER = {
  compilerOptions: {
    target: "es2022",
    module: "es2022",
    moduleResolution: "bundler",
    lib: ["es2022", "dom", "dom.iterable"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: "",
    outDir: "",
  },
  files: [] as string[],
};

/**
 * Compiles and packs it.
 *
 * @param root Folder of the repository.
 * @param out Folder of the tarball, made if it is not there.
 * @returns The tarball's path.
 * @throws {Error} with what compiler or npm say.
 */
export async function packClient(root: string, out: string): Promise<string> {
  await Deno.mkdir(out, { recursive: true });
  const stage = await Deno.makeTempDir({ prefix: "client_pack_" });
  try {
    await Deno.writeTextFile(`${stage}/package.json`, JSON.stringify(PACKAGE, null, 2));
    const { compilerOptions } = COMPILER;
    const compiler = {
      ...COMPILER,
      compilerOptions: { ...compilerOptions, rootDir: root, outDir: stage },
      files: [resolve(root, "client/mod.ts")],
    };
    await Deno.writeTextFile(`${stage}/tsconfig.json`, JSON.stringify(compiler));
    await compile(root, ["-p", `${stage}/tsconfig.json`]);
    await Deno.remove(`${stage}/tsconfig.json`);
    await Promise.all(["node", "browser"].map((name) => bundleShrinker(root, stage, name)));
    await Deno.copyFile(`${root}/client/npm/shrink_types.txt`, `${stage}/shrink/shrink.d.ts`);
    await Deno.copyFile(resolve(root, "client/npm/README.md"), `${stage}/README.md`);
    await Deno.copyFile(resolve(root, "LICENSE"), `${stage}/LICENSE`);
    const destination = resolve(out);
    await run("npm", ["pack", "--silent", "--pack-destination", destination], stage);
    return `${destination}/${NAME}-${VERSION}.tgz`;
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}

/** One file with all that shrinks photos; what of Node the decoders' glue asks for is never used. */
async function bundleShrinker(root: string, stage: string, platform: string): Promise<void> {
  const absent = ["fs", "path", ...platform === "browser" ? ["node:zlib", "node:crypto"] : []];
  await runTool(root, ESBUILD, [
    ...["client/npm/shrink.ts", "--bundle", "--minify", "--format=esm", "--target=es2022"],
    ...[`--platform=${platform}`, "--loader:.wasm=binary", '--define:__dirname=""'],
    ...["--inject:client/npm/bundled_files.js", "--log-level=error"],
    ...absent.map((name) => `--alias:${name}=./client/npm/not_here.js`),
    `--outfile=${stage}/shrink/${platform}.js`,
  ]);
}

/** Runs the compiler. @throws {Error} with what it says. */
export async function compile(cwd: string, args: readonly string[]): Promise<void> {
  await runTool(cwd, TYPESCRIPT, args);
}

/** Runs a program of the toolchain beside this file. */
async function runTool(cwd: string, tool: string, args: readonly string[]): Promise<void> {
  const toolchain = fileURLToPath(new URL("./toolchain.", import.meta.url));
  await run(Deno.execPath(), [
    ...["run", "-q", "--no-prompt", "-A", "--frozen", `--config=${toolchain}json`],
    ...[`--lock=${toolchain}lock`, tool, ...args],
  ], cwd);
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    stdin: "null",
  }).output();
  if (success) return;
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  throw new Error(`Cannot pack the client as ${program} failed: ${said}`);
}

if (import.meta.main) {
  const options = { out: { type: "string", default: ".cache/client" } } as const;
  await runProgram({ help: HELP, options }, async ({ values }) => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    console.log(await packClient(root, values.out));
  });
}
