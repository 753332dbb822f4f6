import assert from "node:assert/strict";
import { LIBC_PATHS, PosixShm, ShmError } from "./posix_shm.ts";

const ignore = Deno.build.os !== "linux";

const shmTest = (name: string, run: (shm: PosixShm) => void) =>
  Deno.test({
    name,
    ignore,
    fn: () => {
      using shm = new PosixShm();
      run(shm);
    },
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

Deno.test({
  name: "PosixShm opens the first C library that is there",
  ignore,
  fn: () => {
    new PosixShm(["/nonexistent/libc.so.6", ...LIBC_PATHS])[Symbol.dispose]();
    assert.throws(() => new PosixShm(["/nonexistent/libc.so.6"]), /nonexistent/);
  },
});
