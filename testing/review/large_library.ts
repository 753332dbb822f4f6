/** A library of thousands of groups, of which some have files. */
import { createHash } from "node:crypto";
import { Library } from "../../photos/library/library.ts";
import { type ReviewServer, startReview } from "../../photos/review/review_server.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";

/** The library, and its page. */
export interface LargeLibrary extends AsyncDisposable {
  readonly library: Library;
  readonly url: string;
  /** Of the photos. */
  readonly path: string;
  /** Number of a photo. */
  idOf(path: string): number;
  /** Ends the page's server and starts another one. */
  restart(): Promise<string>;
}

/** Groups at the usual threshold. */
export const GROUPS = 5000;
/** More of them, where the threshold is 0.9: their photos have a cosine of 0.93. */
export const LOOSE_GROUPS = 500;
/** Groups at the begin and at the end that have files. */
const WITH_FILES = 30;

const SAMPLES = new URL("../photos/", import.meta.url);
const NOTHING = new Uint8Array(0);
const DIM = 64;
const SEED = 20;

/**
 * Groups 0 to 4999 have a photo, a copy at 0.99 and, at 0.9, a third one; every tenth is a burst. Their names, such as
 * `g0007_best.jpg`, tell.
 */
export async function largeLibrary(): Promise<LargeLibrary> {
  const stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryFolder());
  const folder = `${path}/.photos`;
  const library = stack.use(Library.open(folder));
  const cat = await Deno.readFile(new URL("cat.jpg", SAMPLES));
  const half = await Deno.readFile(new URL("cat_half.jpg", SAMPLES));
  const random = gaussians();
  const embedder = library.vectors.idOf({ space: "large", preprocessId: "large", dim: DIM });
  library.transaction(() => {
    for (let at = 0; at < GROUPS + LOOSE_GROUPS; at++) {
      const base = unit(Array.from({ length: DIM }, random));
      const hasFiles = at < WITH_FILES || at >= GROUPS - WITH_FILES && at < GROUPS;
      const near = at < GROUPS ? [["best", 1], ["copy", 0.99], ["third", 0.93]] as const : [
        ["best", 1],
        ["third", 0.93],
      ] as const;
      for (const [kind, cosine] of near) {
        const name = `g${String(at).padStart(4, "0")}_${kind}.jpg`;
        const content = withEnd(!hasFiles ? NOTHING : kind === "best" ? cat : half, name);
        if (hasFiles) Deno.writeFileSync(`${path}/${name}`, content);
        const digest = new Uint8Array(createHash("sha256").update(content).digest());
        const isBurst = at % 10 === 0;
        library.photos.put({
          path: name,
          bytes: content.length,
          mtimeMs: hasFiles ? Deno.statSync(`${path}/${name}`).mtime?.getTime() ?? 0 : 0,
          ...{ digest, format: "jpeg", problem: undefined },
          width: kind === "best" ? 451 : 225,
          height: kind === "best" ? 300 : 150,
          takenAt: isBurst ? `2026-05-01T10:00:0${kind.length % 3}` : undefined,
          camera: isBurst ? "Trial 1" : undefined,
        }, 1);
        const vector = turned(base, cosine, random);
        library.vectors.put({ digest, embedder, vector, madeBy: "trial" });
      }
    }
  });
  const ids = new Map([...library.photos.all()].map(({ id, path }) => [path, id]));
  let server: ReviewServer | undefined;
  const start = async () => {
    await server?.[Symbol.asyncDispose]();
    server = await startReview(library, {
      ...{ threshold: undefined, port: 0, folder, signal: new AbortController().signal },
      onProgress: () => {},
    });
    return server.url;
  };
  const url = await start();
  stack.defer(() => server?.[Symbol.asyncDispose]());
  return {
    ...{ library, url, path, restart: start },
    idOf: (path) => ids.get(path) ?? 0,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Behind the end of a picture, where no decoder looks: other bytes and the same pixels. */
function withEnd(jpeg: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  const end = new TextEncoder().encode(text);
  const whole = new Uint8Array(jpeg.length + end.length);
  whole.set(jpeg);
  whole.set(end, jpeg.length);
  return whole;
}

/** A unit vector whose cosine with another one is given. */
function turned(base: Float32Array, cosine: number, random: () => number): Float32Array {
  const other = Array.from({ length: DIM }, random);
  const along = base.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
  const across = unit(other.map((value, at) => value - along * (base[at] ?? 0)));
  const sine = Math.sqrt(1 - cosine ** 2);
  return base.map((value, at) => cosine * value + sine * (across[at] ?? 0));
}

function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}

/** Seeded: mulberry32's numbers, by Box and Muller. */
function gaussians(): () => number {
  let state = SEED;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
