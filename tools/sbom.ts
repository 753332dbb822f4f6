/** The bill of materials, CycloneDX 1.6 in JSON, out of `deno.lock`: the same text for the same lock file. */
import { runProgram } from "../command/program.ts";
import { NAME, VERSION } from "../gateway/config/version.ts";
import { TURBOJPEG_VERSION } from "../preprocess/decode/jpeg/turbojpeg.ts";
import { type LockedPackage, parseLockFile } from "./lock_file.ts";
import { isProduction, readSources, type SourceFile } from "./source_tree.ts";

const GATEWAY = `pkg:generic/${NAME}@${VERSION}`;
const TURBOJPEG = `pkg:generic/libjpeg-turbo@${TURBOJPEG_VERSION}`;
/** The package that brings it; who looks for its faults will not find them under the package's name. */
const TURBOJPEG_CARRIER = "@julusian/jpeg-turbo";
/** Packages of which production code opens files. */
const OPENED = [TURBOJPEG_CARRIER, "icodec"];

/** Packages that production code uses: imports by name, and those it opens. */
export function productionPackages(files: readonly SourceFile[]): Set<string> {
  const names = files.filter(({ path }) => isProduction(path)).flatMap(({ text }) =>
    [...text.matchAll(/(?:from |import\()"((?:@[^/"]+\/)?[^./"@][^/"]*)/g)].map(([, name]) => name)
  );
  return new Set([...names.filter((name) => name !== undefined), ...OPENED]);
}

/**
 * Describes what a gateway is made of.
 *
 * @param isDirect Whether the gateway itself uses a package; what neither it nor those need is marked as excluded.
 */
export function billOfMaterials(
  packages: readonly LockedPackage[],
  isDirect: (name: string) => boolean,
): string {
  const refs = packages.map(packageUrl);
  const required = new Set<number>();
  const require = (index: number) => {
    if (required.has(index)) return;
    required.add(index);
    packages[index]?.dependencies.forEach(require);
  };
  const direct = packages.flatMap(({ name }, index) => isDirect(name) ? [index] : []);
  direct.forEach(require);
  const deno = `pkg:github/denoland/deno@v${Deno.version.deno}`;
  const bom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "application", "bom-ref": GATEWAY, name: NAME, version: VERSION },
    },
    components: [
      component({ type: "platform", name: "deno", version: Deno.version.deno, purl: deno }),
      component({
        ...{ type: "library", name: "libjpeg-turbo", version: TURBOJPEG_VERSION, purl: TURBOJPEG },
      }),
      ...packages.map(({ name, version, integrity }, index) => ({
        ...component({ type: "library", name, version, purl: refs[index] as string }),
        scope: required.has(index) ? "required" : "excluded",
        hashes: [{ alg: "SHA-512", content: hexOf(integrity) }],
      })),
    ],
    dependencies: [
      { ref: GATEWAY, dependsOn: [deno, ...direct.map((index) => refs[index])] },
      ...packages.map(({ name, dependencies }, index) => ({
        ref: refs[index],
        dependsOn: [
          ...dependencies.map((index) => refs[index]),
          ...name === TURBOJPEG_CARRIER ? [TURBOJPEG] : [],
        ],
      })),
    ],
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function component(
  fields: { readonly type: string; readonly name: string; version: string; purl: string },
): Record<string, unknown> {
  return { "bom-ref": fields.purl, ...fields };
}

function packageUrl({ name, version }: LockedPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function hexOf(integrity: string): string {
  return Uint8Array.fromBase64(integrity.replace(/^sha512-/, "")).toHex();
}

const PROGRAM = {
  help: `Usage: deno task sbom

Prints the bill of materials of this checkout, CycloneDX 1.6 in JSON: deno task -q sbom > sbom.cdx.json`,
};

async function main(): Promise<void> {
  const packages = parseLockFile(await Deno.readTextFile("deno.lock"));
  const direct = productionPackages(await readSources("."));
  await new Blob([billOfMaterials(packages, (name) => direct.has(name))]).stream()
    .pipeTo(Deno.stdout.writable, { preventClose: true });
}

if (import.meta.main) await runProgram(PROGRAM, main);
