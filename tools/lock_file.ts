/** Packages of a lock file, the list of all that is installed with it. */

/** A package as it is locked. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** SHA-512 of its archive, as `sha512-` and base64. */
  readonly integrity: string;
  /** Positions in the list of those it depends on. */
  readonly dependencies: readonly number[];
}

interface LockFile {
  readonly npm: Readonly<Record<string, LockEntry>>;
}

interface LockEntry {
  readonly integrity: string;
  readonly dependencies?: readonly string[];
  readonly optionalDependencies?: readonly string[];
}

/** A name, then a version and maybe the peers that it was resolved with. */
const KEY = /^(@?[^@]+)(?:@([^_]+))?/;

/**
 * Reads a lock file; a package that is there with different peers is one package.
 *
 * @throws {SyntaxError} when one depends on what the file does not have.
 */
export function parseLockFile(text: string): LockedPackage[] {
  const entries = new Map<string, LockEntry>();
  for (const [key, entry] of Object.entries((JSON.parse(text) as LockFile).npm)) {
    const { name, version } = parseKey(key);
    entries.set(`${name}@${version}`, entry);
  }
  const ids = [...entries.keys()];
  const find = (dependency: string) => {
    const { name, version } = parseKey(dependency);
    const id = version === "" ? ids.findIndex((id) => parseKey(id).name === name) : ids.indexOf(
      `${name}@${version}`,
    );
    if (id < 0) throw new SyntaxError(`Cannot find ${dependency} in the lock file`);
    return id;
  };
  return [...entries].map(([id, { integrity, dependencies = [], optionalDependencies = [] }]) => ({
    ...parseKey(id),
    integrity,
    dependencies: [
      ...dependencies.map(find),
      // What another platform would install may be left out.
      ...optionalDependencies.filter((name) => ids.some((id) => parseKey(id).name === name))
        .map(find),
    ],
  }));
}

function parseKey(key: string): { name: string; version: string } {
  const [, name = "", version = ""] = KEY.exec(key) ?? [];
  return { name, version };
}
