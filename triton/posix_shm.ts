/**
 * POSIX shared memory by calls into libc.
 *
 * Deno opens nothing under /dev without `--allow-all`; this needs `--allow-ffi` for the real path of libc alone. Data
 * goes in by `memcpy` through a mapping, or now and then by `pwrite` on the descriptor, which needs none. A write to a
 * mapped page that /dev/shm has no room for would end the process by SIGBUS; `allocate()` takes all pages at the start,
 * so a full /dev/shm is an error there, and nothing can be missing later.
 */

const SYMBOLS = {
  shm_open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  shm_unlink: { parameters: ["buffer"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  posix_fallocate: { parameters: ["i32", "i64", "i64"], result: "i32" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  // Addresses as numbers: getting at a mapping by Deno's own pointers would need --allow-ffi for everything.
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "isize" },
  munmap: { parameters: ["usize", "usize"], result: "i32" },
  copyTo: { name: "memcpy", parameters: ["usize", "buffer", "usize"], result: "void" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  __errno_location: { parameters: [], result: "usize" },
  copyFrom: { name: "memcpy", parameters: ["buffer", "usize", "usize"], result: "void" },
} as const;

/** Where the GNU C library is; permissions are for real paths, so links such as /lib would not do. */
export const LIBC_PATHS: readonly string[] = [
  `/usr/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  "/usr/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
];

const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const LOCK_EX = 2;
const LOCK_NB = 4;
const SEEK_END = 2;
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

/** Error numbers of Linux that a reader can do something about. */
const ERRORS: Record<number, string> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  17: "EEXIST",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
};

/** What the errors that operators meet mean here. */
const HINTS: Record<string, string> = {
  EACCES: ", it belongs to another user",
  ENOSPC: ", /dev/shm has too little room",
};

/** A call that failed; `code` is the error's name, such as `ENOSPC`. */
export class ShmError extends Error {
  override readonly name = "ShmError";
  readonly code: string;

  constructor(action: string, errno: number) {
    const code = ERRORS[errno] ?? `errno ${errno}`;
    super(`Cannot ${action} shared memory: ${code}${HINTS[code] ?? ""}`);
    this.code = code;
  }
}

/** The calls. Names are those of objects, without the leading slash; descriptors are valid in every thread. */
export class PosixShm implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;

  /**
   * Opens libc.
   *
   * @throws {Error} of `Deno.dlopen`, when none of the paths is a GNU C library that may be opened.
   */
  constructor(paths: readonly string[] = LIBC_PATHS) {
    this.#library = openFirst(paths, SYMBOLS);
  }

  /**
   * Creates an object and opens it.
   *
   * @throws {ShmError} `EEXIST` when there is one of this name.
   */
  create(name: string, mode: number): number {
    const { symbols } = this.#library;
    const fd = symbols.shm_open(cString(`/${name}`), O_RDWR | O_CREAT | O_EXCL, mode);
    if (fd < 0) throw this.#error("create");
    // Creation is subject to the umask.
    if (symbols.fchmod(fd, mode) !== 0) throw this.#error("set the mode of");
    return fd;
  }

  /**
   * Opens an object for reading and writing.
   *
   * @throws {ShmError} `ENOENT` when there is none of this name, `EACCES` when it belongs to another user.
   */
  open(name: string): number {
    const fd = this.#library.symbols.shm_open(cString(`/${name}`), O_RDWR, 0);
    if (fd < 0) throw this.#error("open");
    return fd;
  }

  /** Removes the name; the memory goes when the last one has closed and unmapped it. */
  unlink(name: string): void {
    if (this.#library.symbols.shm_unlink(cString(`/${name}`)) !== 0) throw this.#error("remove");
  }

  /**
   * Takes an exclusive lock that ends with the descriptor, and so with the process, whatever ends that.
   *
   * @returns Whether it was free.
   */
  tryLock(fd: number): boolean {
    if (this.#library.symbols.flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
    const error = this.#error("lock");
    if (error.code === "EAGAIN") return false;
    throw error;
  }

  /**
   * Gives the object its size and every page of it. Nobody may make it shorter afterwards.
   *
   * @throws {ShmError} `ENOSPC` when /dev/shm has too little room.
   */
  allocate(fd: number, byteLength: number): void {
    const errno = this.#library.symbols.posix_fallocate(fd, 0n, BigInt(byteLength));
    if (errno !== 0) throw new ShmError(`allocate ${byteLength} bytes of`, errno);
  }

  /**
   * Maps all of an object that was allocated. The descriptor may be closed meanwhile; the mapping is to be disposed of
   * before this is.
   *
   * @throws {ShmError} `EINVAL` when nothing was allocated, `ENOMEM` when the process may map no more.
   */
  map(fd: number): ShmMapping {
    const { symbols } = this.#library;
    // The kernel's word and not the caller's: beyond the object's end there is nothing but SIGBUS.
    const size = symbols.lseek(fd, 0n, SEEK_END);
    if (size < 0n) throw this.#error("measure");
    const address = symbols.mmap(0n, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0n);
    if (address === -1n) throw this.#error("map");
    return new ShmMapping(Number(size), {
      copyTo: (byteOffset, bytes) =>
        symbols.copyTo(address + BigInt(byteOffset), bytes, BigInt(bytes.byteLength)),
      unmap: () => {
        if (symbols.munmap(address, size) !== 0) throw this.#error("unmap");
      },
    });
  }

  /**
   * Writes bytes at an offset.
   *
   * @throws {ShmError} when the kernel takes fewer of them.
   */
  write(fd: number, bytes: Uint8Array<ArrayBuffer>, byteOffset: number): void {
    const { symbols } = this.#library;
    const size = BigInt(bytes.byteLength);
    if (symbols.pwrite(fd, bytes, size, BigInt(byteOffset)) !== size) throw this.#error("write to");
  }

  /**
   * Fills a buffer from an offset.
   *
   * @throws {ShmError} when there are fewer bytes.
   */
  read(fd: number, into: Uint8Array<ArrayBuffer>, byteOffset: number): void {
    const { symbols } = this.#library;
    const size = BigInt(into.byteLength);
    if (symbols.pread(fd, into, size, BigInt(byteOffset)) !== size) throw this.#error("read");
  }

  /** Closes a descriptor. Its number may be another file's a moment later: nobody may still use it. */
  close(fd: number): void {
    if (this.#library.symbols.close(fd) !== 0) throw this.#error("close");
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }

  /** To be called right after the call that failed, by the same thread: that is whose errno this is. */
  #error(action: string): ShmError {
    const { symbols } = this.#library;
    const errno = new Int32Array(1);
    symbols.copyFrom(new Uint8Array(errno.buffer), symbols.__errno_location(), 4n);
    return new ShmError(action, errno[0] ?? 0);
  }
}

/** The calls of a mapping; neither checks anything. */
interface MappingCalls {
  readonly copyTo: (byteOffset: number, bytes: Uint8Array<ArrayBuffer>) => void;
  readonly unmap: () => void;
}

/** An object in the memory of this process, for the thread that mapped it: others would not know when it ends. */
export class ShmMapping implements Disposable {
  readonly byteLength: number;
  readonly #calls: MappingCalls;
  #isMapped = true;

  /** By `PosixShm.map()` alone. */
  constructor(byteLength: number, calls: MappingCalls) {
    this.byteLength = byteLength;
    this.#calls = calls;
  }

  /**
   * Writes bytes at an offset.
   *
   * @throws {RangeError} when they do not lie inside the object.
   * @throws {ReferenceError} when it is mapped no more.
   */
  write(bytes: Uint8Array<ArrayBuffer>, byteOffset: number): void {
    if (!this.#isMapped) throw new ReferenceError("Cannot write to memory that is mapped no more");
    const size = bytes.byteLength;
    // NaN and fractions as well: nothing below this line is checked by anyone.
    if (
      !Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset + size > this.byteLength
    ) {
      throw new RangeError(
        `Cannot write ${size} bytes at ${byteOffset} as the mapping has ${this.byteLength}`,
      );
    }
    this.#calls.copyTo(byteOffset, bytes);
  }

  [Symbol.dispose](): void {
    if (!this.#isMapped) return;
    this.#isMapped = false;
    this.#calls.unmap();
  }
}

/**
 * Opens the first library of those that are there.
 *
 * @throws What opening the first one said, where none of them is.
 */
export function openFirst<const Symbols extends Deno.ForeignLibraryInterface>(
  paths: readonly string[],
  symbols: Symbols,
): Deno.DynamicLibrary<Symbols> {
  let first: unknown;
  for (const path of paths) {
    try {
      return Deno.dlopen(path, symbols);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
