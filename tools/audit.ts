// deno-lint-ignore-file no-console
/**
 * Asks the npm registry for advisories about what is locked. `deno audit` does the same, but ends alike whether it found
 * some or could not ask.
 */
import { type Parsed, runProgram } from "../command/program.ts";
import { type LockedPackage, parseLockFile } from "./lock_file.ts";
import { countNoun } from "./problem.ts";

const REGISTRY = "https://registry.npmjs.org/";
/** npm's own; a body of name → versions, a reply of name → advisories. */
const ADVISORIES = "-/npm/v1/security/advisories/bulk";
const TIMEOUT_MS = 30_000;
/** sysexits.h's EX_UNAVAILABLE: nothing is known. */
const EXIT_UNAVAILABLE = 69;

/** One advisory about versions of a package. */
interface Advisory {
  readonly url: string;
  readonly title: string;
  readonly severity: string;
  readonly vulnerable_versions: string;
}

/** What was found, a line each, or why nothing could be. */
export type AuditResult = { readonly found: readonly string[] } | { readonly unavailable: string };

/** Asks a registry about packages. */
export async function audit(
  packages: readonly LockedPackage[],
  registry: string,
): Promise<AuditResult> {
  const versions: Record<string, string[]> = {};
  for (const { name, version } of packages) (versions[name] ??= []).push(version);
  let advisories: Record<string, Advisory[]>;
  try {
    const response = await fetch(new URL(ADVISORIES, registry), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(versions),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { unavailable: `the registry answered ${response.status}` };
    }
    advisories = await response.json();
  } catch (error) {
    return { unavailable: (error as Error).message };
  }
  const found = Object.entries(advisories).flatMap(([name, list]) =>
    list.map(({ severity, title, vulnerable_versions, url }) =>
      `${name} ${vulnerable_versions} (${severity}): ${title}, ${url}`
    )
  );
  return { found };
}

const PROGRAM = {
  help: `Usage: deno task audit [--registry URL]

Asks the npm registry for advisories about the packages of testing/deno.lock, which are those of deno.lock and the tests'
libraries, and prints them. Exits 1 if there are any, and 69 if it could not be asked: then nothing is known.

  --registry URL  default: ${REGISTRY}`,
  options: { registry: { type: "string", default: REGISTRY } },
} as const;

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const packages = parseLockFile(await Deno.readTextFile("testing/deno.lock"));
  const result = await audit(packages, values.registry);
  if ("unavailable" in result) {
    console.log(`audit: not done, nothing is known: ${result.unavailable}`);
    Deno.exitCode = EXIT_UNAVAILABLE;
    return;
  }
  for (const line of result.found) console.log(line);
  const advisories = result.found.length === 1 ? "1 advisory" : `${result.found.length} advisories`;
  console.log(`audit: ${countNoun(packages.length, "package")}, ${advisories}`);
  if (result.found.length > 0) Deno.exitCode = 1;
}

if (import.meta.main) await runProgram(PROGRAM, main);
