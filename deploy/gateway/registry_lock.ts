/**
 * Deno up to 2.9.3 takes packages that a lock file names from npm's own registry, whatever NPM_CONFIG_REGISTRY says
 * (denoland/deno#36183). A lock file that says where each is has it take them from there, and still checks their digests.
 */

/** What Deno falls back to. */
export const NPM = "https://registry.npmjs.org/";

/** `@scope/name@1.2.3`, and for peers `_@other/name@4.5.6`. */
const PACKAGE_ID = /^((?:@[^/]+\/)?([^@]+))@([^_]+)/;

interface LockFile {
  readonly npm?: Readonly<Record<string, object>>;
}

/**
 * The text of a lock file whose npm packages come from a registry, at the paths that npm and its mirrors have in common.
 *
 * @throws {RangeError} when the registry is no URL.
 * @throws {SyntaxError} when the text is no lock file.
 */
export function lockToRegistry(text: string, registry: string): string {
  const base = registry.endsWith("/") ? registry : `${registry}/`;
  if (!/^https?:$/.test(URL.parse(base)?.protocol ?? "")) {
    throw new RangeError(
      `Cannot use NPM_CONFIG_REGISTRY: it must be an http or https URL: current value is '${registry}'`,
    );
  }
  if (base === NPM) return text;
  const lock: LockFile = JSON.parse(text);
  const npm = Object.entries(lock.npm ?? {}).map(([id, entry]) => {
    const [, name, file, version] = PACKAGE_ID.exec(id) ?? [];
    if (name === undefined) throw new SyntaxError(`Cannot read ${id} in the lock file`);
    return [id, { ...entry, tarball: `${base}${name}/-/${file}-${version}.tgz` }];
  });
  return JSON.stringify({ ...lock, npm: Object.fromEntries(npm) }, null, 2) + "\n";
}
