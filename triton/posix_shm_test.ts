import assert from "node:assert/strict";
import { testLinux } from "../testing/platform_tests.ts";
import { mappingsOf } from "../testing/shm_region.ts";
import { LIBC_PATHS, PosixShm, ShmError } from "./posix_shm.ts";

const shmTest = (name: string, run: (shm: PosixShm) => void) =>
  testLinux(name, () => {
    using shm = new PosixShm();
    run(shm);
  });

const uniqueName = () => `posix-shm-test-${crypto.randomUUID()}`;

function failsWith(code: string, run: () => unknown): void {
  assert.throws(run, (error: Error) => {
    assert(error instanceof ShmError, `${error}`);
    assert.equal(error.code, code);
    assert(error.message.includes(`shared memory: ${code}`));
    return true;
  });
}

shmTest("PosixShm writes and reads at any offset through any descriptor of an object", (shm) => {
  const name = uniqueName();
  const fd = shm.create(name, 0o600);
  try {
    shm.allocate(fd, 8192);
    shm.write(fd, new Uint8Array([1, 2, 3]), 4096);
    const other = shm.open(name);
    const found = new Uint8Array(5);
    shm.read(other, found, 4095);
    assert.deepEqual([...found], [0, 1, 2, 3, 0]);
    shm.close(other);
  } finally {
    shm.unlink(name);
    shm.close(fd);
  }
  failsWith("ENOENT", () => shm.open(name));
});

shmTest("PosixShm.create() makes an object once, with its mode whatever the umask", (shm) => {
  const name = uniqueName();
  const fd = shm.create(name, 0o666);
  try {
    assert.equal((Deno.statSync(`/dev/shm/${name}`).mode ?? 0) & 0o777, 0o666);
    failsWith("EEXIST", () => shm.create(name, 0o600));
  } finally {
    shm.unlink(name);
    shm.close(fd);
  }
});

shmTest("PosixShm.allocate() fails where there is no room, without taking any", (shm) => {
  const name = uniqueName();
  const fd = shm.create(name, 0o600);
  try {
    failsWith("ENOSPC", () => shm.allocate(fd, 2 ** 50));
    assert.equal(Deno.statSync(`/dev/shm/${name}`).size, 0);
  } finally {
    shm.unlink(name);
    shm.close(fd);
  }
});

/** Runs with an allocated object and its descriptor. */
function withObject(shm: PosixShm, byteLength: number, run: (fd: number, name: string) => void) {
  const name = uniqueName();
  const fd = shm.create(name, 0o600);
  try {
    shm.allocate(fd, byteLength);
    run(fd, name);
  } finally {
    shm.unlink(name);
    shm.close(fd);
  }
}

shmTest(
  "PosixShm.allocate() gives every page, so that no write to a mapping lacks one",
  (shm) =>
    withObject(shm, 3 * 65_536, (_fd, name) => {
      const { size, blocks } = Deno.statSync(`/dev/shm/${name}`);
      assert.equal(size, 3 * 65_536);
      assert.equal(blocks, 3 * 65_536 / 512);
    }),
);

shmTest(
  "PosixShm.map() shares what is written with other mappings and with descriptors",
  (shm) =>
    withObject(shm, 8192, (fd, name) => {
      const other = shm.open(name);
      using mapping = shm.map(fd);
      using second = shm.map(other);
      // A mapping does not need the descriptor it was made by.
      shm.close(other);
      assert.deepEqual([mapping.byteLength, second.byteLength], [8192, 8192]);
      mapping.write(new Uint8Array([0, 1, 2, 3, 0]).subarray(1, 4), 4095);
      second.write(new Uint8Array([4]), 8191);
      shm.write(fd, new Uint8Array([5]), 0);
      second.write(new Uint8Array(0), 8192);
      const found = new Uint8Array(8192);
      shm.read(fd, found, 0);
      const expected = new Uint8Array(8192);
      expected.set([1, 2, 3], 4095);
      expected[8191] = 4;
      expected[0] = 5;
      assert.deepEqual(found, expected);
    }),
);

shmTest("ShmMapping.write() refuses whatever does not lie inside the object", (shm) =>
  // Less than a page: the kernel maps the rest as well, and would take a write to it without a word.
  withObject(shm, 100, (fd) => {
    using mapping = shm.map(fd);
    for (const byteOffset of [99, 100, 4096, 2 ** 45, 2 ** 53, Infinity, -1, -4096, 0.5, NaN]) {
      assert.throws(() => mapping.write(new Uint8Array(2), byteOffset), {
        name: "RangeError",
        message: `Cannot write 2 bytes at ${byteOffset} as the mapping has 100`,
      });
    }
  }));

shmTest(
  "ShmMapping ends when disposed of, once, and takes no write after that",
  (shm) =>
    withObject(shm, 8192, (fd, name) => {
      const mapping = shm.map(fd);
      assert.equal(mappingsOf(name), 1);
      mapping[Symbol.dispose]();
      assert.equal(mappingsOf(name), 0);
      mapping[Symbol.dispose]();
      assert.throws(() => mapping.write(new Uint8Array(1), 0), ReferenceError);
    }),
);

shmTest("PosixShm.map() refuses what has no memory", (shm) => {
  failsWith("EBADF", () => shm.map(-1));
  const name = uniqueName();
  const fd = shm.create(name, 0o600);
  shm.unlink(name);
  failsWith("EINVAL", () => shm.map(fd));
  shm.close(fd);
});

shmTest("PosixShm.tryLock() tells whether another descriptor holds the lock", (shm) => {
  const name = uniqueName();
  const [first, second] = [shm.create(name, 0o600), shm.open(name)];
  assert(shm.tryLock(first));
  assert(!shm.tryLock(second));
  shm.close(first);
  assert(shm.tryLock(second));
  shm.unlink(name);
  shm.close(second);
});

shmTest("PosixShm reports what cannot be done", (shm) => {
  const missing = uniqueName();
  failsWith("ENOENT", () => shm.unlink(missing));
  failsWith("EBADF", () => shm.write(-1, new Uint8Array(1), 0));
  failsWith("EBADF", () => shm.read(-1, new Uint8Array(1), 0));
  failsWith("EBADF", () => shm.close(-1));
});

testLinux("PosixShm opens the first C library that is there", () => {
  new PosixShm(["/nonexistent/libc.so.6", ...LIBC_PATHS])[Symbol.dispose]();
  assert.throws(() => new PosixShm(["/nonexistent/libc.so.6"]), /nonexistent/);
});
