// deno-lint-ignore-file no-console
/** `deno task client:pack`: the client library as npm's registry takes it, in JavaScript and with its types. */
import { fileURLToPath } from "node:url";
import { runProgram } from "../../command/program.ts";
import { VERSION } from "../../gateway/config/version.ts";
import { packClient } from "./pack.ts";

const HELP = `Usage: deno task client:pack [--out .cache/client]

Compiles client/mod.ts and all that it imports, and packs triton-edge-client-${VERSION}.tgz, for Node 20 and newer,
Deno and browsers. Prints the tarball's path. Needs npm; the compiler comes from its registry.

  --out DIR  where the tarball goes (default .cache/client)
  --help     print this text and exit

Exit codes: 0 packed; 1 otherwise; 64 for bad arguments.`;

if (import.meta.main) {
  const options = { out: { type: "string", default: ".cache/client" } } as const;
  await runProgram({ help: HELP, options }, async ({ values }) => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    console.log(await packClient(root, values.out));
  });
}
