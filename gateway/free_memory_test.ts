import assert from "node:assert/strict";
import { stopTime } from "../testing/fake_clock.ts";
import { LIBC_PATHS, openFirst } from "../triton/posix_shm.ts";
import { type Allocator, GnuAllocator, returnFreeMemory } from "./free_memory.ts";

const MIB = 1024 * 1024;

/** An allocator that gives back all above `keptBytes`. */
class RecordedAllocator implements Allocator {
  residentBytes = 100 * MIB;
  trims = 0;
  readonly #keptBytes: number;

  constructor(keptBytes: number) {
    this.#keptBytes = keptBytes;
  }

  async trim(): Promise<void> {
    await Promise.resolve();
    this.trims++;
    this.residentBytes = Math.min(this.residentBytes, this.#keptBytes);
  }
}

Deno.test("returnFreeMemory() asks the allocator each time that memory has grown by 24 MiB", async () => {
  using clock = stopTime();
  const allocator = new RecordedAllocator(110 * MIB);
  using _ = returnFreeMemory(allocator);
  allocator.residentBytes = 123 * MIB;
  await clock.tick(10_000);
  assert.equal(allocator.trims, 0);
  allocator.residentBytes = 500 * MIB;
  await clock.tick(10_000);
  assert.deepEqual([allocator.trims, allocator.residentBytes], [1, 110 * MIB]);
  allocator.residentBytes = 134 * MIB;
  await clock.tick(2000);
  assert.deepEqual([allocator.trims, allocator.residentBytes], [2, 110 * MIB]);
});

Deno.test("returnFreeMemory() asks again when memory has shrunk, as more of it may be free by then", async () => {
  using clock = stopTime();
  const allocator = new RecordedAllocator(Infinity);
  using _ = returnFreeMemory(allocator);
  allocator.residentBytes = 36 * MIB;
  await clock.tick(2000);
  assert.equal(allocator.trims, 1);
});

Deno.test("returnFreeMemory() asks once at a time, and no more once it is disposed of", async () => {
  using clock = stopTime();
  const allocator = new RecordedAllocator(Infinity);
  let trims = 0;
  allocator.trim = () => (trims++, new Promise(() => {}));
  const returning = returnFreeMemory(allocator);
  for (let turn = 0; turn < 5; turn++) {
    allocator.residentBytes += 20 * MIB;
    await clock.tick(2000);
  }
  assert.equal(trims, 1);
  returning[Symbol.dispose]();
  assert.equal(clock.timers, 0);
});

Deno.test("GnuAllocator.open() has none where the C library is another one", () => {
  assert.equal(GnuAllocator.open(["/nowhere/libc.so.6"]), undefined);
});

Deno.test({
  name: "GnuAllocator.trim() gives back what was freed between pieces in use",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using allocator = GnuAllocator.open();
    assert.ok(allocator);
    using libc = openLibc();
    const pieces = Array.from({ length: 2000 }, () => libc.fill(32 * 1024));
    for (const [index, piece] of pieces.entries()) if (index % 2 === 0) libc.free(piece);
    const before = allocator.residentBytes;
    await allocator.trim();
    assert.ok(before - allocator.residentBytes > 20 * MIB);
    for (const [index, piece] of pieces.entries()) if (index % 2 === 1) libc.free(piece);
  },
});

function openLibc() {
  const library = openFirst(LIBC_PATHS, {
    malloc: { parameters: ["usize"], result: "usize" },
    memset: { parameters: ["usize", "i32", "usize"], result: "usize" },
    free: { parameters: ["usize"], result: "void" },
  });
  const { malloc, memset, free } = library.symbols;
  return {
    fill(bytes: number): bigint {
      const piece = malloc(BigInt(bytes));
      memset(piece, 1, BigInt(bytes));
      return piece;
    },
    free: (piece: bigint) => void free(piece),
    [Symbol.dispose]: () => library.close(),
  };
}
