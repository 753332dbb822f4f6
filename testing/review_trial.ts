/** A library of sample photos with vectors by hand, for the review page. */
import { Library } from "../photos/library/library.ts";
import { scan } from "../photos/scan/scan.ts";
import { temporaryFolder } from "./models/temporary_folder.ts";

/** The library, and where it lies. */
export interface ReviewTrial extends AsyncDisposable {
  readonly library: Library;
  /** Of the photos. */
  readonly path: string;
  /** Of the library. */
  readonly folder: string;
  /** Number of a photo. */
  idOf(path: string): number;
}

const SAMPLES = new URL("./photos/", import.meta.url);

/**
 * Scans copies of samples, `cat.jpg` being any file that begins so: `cat.jpg.2.jpg` is an exact copy.
 *
 * @param angles Of each photo's vector in a plane, in radians: the cosine of two is that of their difference.
 */
export async function reviewTrial(
  angles: Readonly<Record<string, number>>,
): Promise<ReviewTrial> {
  const stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryFolder());
  for (const name of Object.keys(angles)) {
    const sample = new URL(name.replace(/\.\d+\.jpg$/, ""), SAMPLES);
    await Deno.copyFile(sample, `${path}/${name}`);
  }
  const folder = `${path}/.photos`;
  const library = stack.use(Library.open(folder));
  await scan(library, { folders: [path] });
  const embedder = library.vectors.idOf({ space: "trial", preprocessId: "trial", dim: 2 });
  for (const { path, digest } of library.photos.all()) {
    const angle = angles[path] ?? 0;
    const vector = Float32Array.of(Math.cos(angle), Math.sin(angle));
    library.vectors.put({ digest, embedder, vector, madeBy: "hand" });
  }
  const ids = new Map([...library.photos.all()].map(({ id, path }) => [path, id]));
  return {
    library,
    path,
    folder,
    idOf: (path) => ids.get(path) ?? 0,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
