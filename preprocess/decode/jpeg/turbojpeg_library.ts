/** Finds the libturbojpeg that ships inside the npm package and makes sure that it is the one we tested. */
import { createHash } from "node:crypto";

const PACKAGE = new URL("../../../node_modules/@julusian/jpeg-turbo/prebuilds/", import.meta.url);

/** SHA-256 of the library a platform; native code is outside Deno's sandbox, so it is pinned. */
const LIBRARIES: Record<string, { folder: string; sha256: string }> = {
  "linux-x86_64": {
    folder: "jpeg-turbo-linux-x64",
    sha256: "6facda09ef3e2308608f2b0214c040791e276305a48a27036362402f95fffcf5",
  },
  "linux-aarch64": {
    folder: "jpeg-turbo-linux-arm64",
    sha256: "a84dbc892b9e438c72022bc6ad892400d21ffdf5d7184928d59807371b7c86d5",
  },
};

/** Why libturbojpeg is not used, or where it is. */
export type LibraryLookup =
  | { readonly path: string }
  | { readonly path: undefined; readonly reason: string };

/**
 * Looks for a library that may be loaded here.
 *
 * A missing platform or permission is an answer, so that the caller can fall back and say so.
 *
 * @throws {Error} when the library is there but is not the one pinned.
 */
export function findTurboJpeg(): LibraryLookup {
  const platform = `${Deno.build.os}-${Deno.build.arch}`;
  const library = LIBRARIES[platform];
  if (library === undefined) return { path: undefined, reason: `no libturbojpeg for ${platform}` };
  let path: string;
  try {
    path = Deno.realPathSync(new URL(`${library.folder}/libturbojpeg.so.0`, PACKAGE));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { path: undefined, reason: "package @julusian/jpeg-turbo is not installed" };
  }
  if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") {
    return { path: undefined, reason: `--allow-ffi does not cover ${path}` };
  }
  const digest = createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
  if (digest !== library.sha256) {
    throw new Error(`Cannot load ${path} as its SHA-256 is not the one pinned: it is ${digest}`);
  }
  return { path };
}
