/** A region of shared memory without a Triton, and who has it mapped. */
import type { SlotAddress } from "../gateway/work/slot_address.ts";
import { PosixShm } from "../triton/posix_shm.ts";

/** How often this process, all of its threads, has a region mapped. */
export function mappingsOf(region: string): number {
  // By another program: Deno itself reads nothing of /proc/self without --allow-all.
  const { success, stdout } = new Deno.Command("cat", { args: [`/proc/${Deno.pid}/maps`] })
    .outputSync();
  if (!success) throw new Error("Cannot read what this process has mapped");
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.filter((line) => line.includes(`/dev/shm/${region}`)).length;
}

/** A region that nobody else finds: its name is removed as soon as there is a descriptor. */
export class ShmRegion implements Disposable {
  readonly name = `shm-region-test-${crypto.randomUUID()}`;
  readonly fd: number;
  readonly #shm = new PosixShm();
  readonly #byteLength: number;

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
    this.fd = this.#shm.create(this.name, 0o600);
    this.#shm.unlink(this.name);
    this.#shm.allocate(this.fd, byteLength);
  }

  /** Where to write an input of the region. */
  address(byteOffset: number, datatype: SlotAddress["datatype"] = "FP32"): SlotAddress {
    return { kind: "shm", datatype, fd: this.fd, region: this.name, byteOffset };
  }

  /** All bytes, by the descriptor and not by a mapping. */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#byteLength);
    this.#shm.read(this.fd, bytes, 0);
    return bytes;
  }

  [Symbol.dispose](): void {
    this.#shm.close(this.fd);
    this.#shm[Symbol.dispose]();
  }
}
