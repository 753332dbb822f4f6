/**
 * Gives memory back to the system that was freed: the C library keeps what lies between pieces in use. A connection on
 * which bodies come takes some 65 KB and leaves nearly as much in such pieces; without this a burst of them, or of large
 * images, stays resident for good.
 */
import { LIBC_PATHS, openFirst } from "../triton/posix_shm.ts";

const LOOK_MS = 2000;
/**
 * What is resident changes by as much again before the allocator is asked: as to look through 150 MB takes 5 ms, in
 * which others that allocate may wait, it is not to be by less than it sways by in seconds.
 */
const CHANGE_BYTES_MIN = 24 * 1024 * 1024;

const SYMBOLS = {
  // On a thread of its own; others that allocate meanwhile wait for one arena of many.
  malloc_trim: { parameters: ["usize"], result: "i32", nonblocking: true },
} as const;

/** Who has the memory. */
export interface Allocator {
  /** Bytes that the process has resident. */
  readonly residentBytes: number;
  /** Gives back what is free. */
  trim(): Promise<unknown>;
}

/** The GNU C library's. */
export class GnuAllocator implements Allocator, Disposable {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;

  private constructor(library: Deno.DynamicLibrary<typeof SYMBOLS>) {
    this.#library = library;
  }

  /** `undefined` where the C library is another one, as on macOS, Windows and musl. */
  static open(paths: readonly string[] = LIBC_PATHS): GnuAllocator | undefined {
    try {
      return new GnuAllocator(openFirst(paths, SYMBOLS));
    } catch {
      return undefined;
    }
  }

  get residentBytes(): number {
    return Deno.memoryUsage().rss;
  }

  trim(): Promise<number> {
    return this.#library.symbols.malloc_trim(0n);
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }
}

/** Has free memory given back, again and again until it is disposed of. */
export function returnFreeMemory(allocator: Allocator): Disposable {
  let knownBytes = allocator.residentBytes;
  let isTrimming = false;
  const timer = setInterval(async () => {
    const changedBytes = Math.abs(allocator.residentBytes - knownBytes);
    if (isTrimming || changedBytes < CHANGE_BYTES_MIN) return;
    isTrimming = true;
    await allocator.trim();
    knownBytes = allocator.residentBytes;
    isTrimming = false;
  }, LOOK_MS);
  // Nobody's reason to stay alive.
  Deno.unrefTimer(timer);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
