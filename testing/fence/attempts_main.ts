// deno-lint-ignore-file no-console
/** Raises the fence of a gateway, then has two workers try to get out, one after the other. */
import { parseConfig } from "../../gateway/config/config.ts";
import { raiseFence } from "../../gateway/fence/fence.ts";
import { PosixShm } from "../../triton/posix_shm.ts";
import type { AttemptsReport, AttemptsSetup, Outcome } from "./attempts.ts";

type Attempts = Record<string, Outcome>;

async function main(setup: AttemptsSetup): Promise<AttemptsReport> {
  const { config } = parseConfig({ GATEWAY_FENCE: setup.fence, GATEWAY_ENGINE: setup.engine });
  const fence = raiseFence(config, [setup.codeCache, import.meta.dirname as string]);
  const workers = [await attempts(setup), await attempts(setup)].map((outcomes) => ({
    ...outcomes,
    "shared memory": sharedMemory(),
  }));
  return { fence, workers };
}

async function attempts(setup: AttemptsSetup): Promise<Attempts> {
  const worker = new Worker(new URL("./attempts_worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Attempts>();
  worker.onmessage = ({ data }: MessageEvent<Attempts>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(setup);
  try {
    return await promise;
  } finally {
    worker.terminate();
  }
}

function sharedMemory(): Outcome {
  using shm = new PosixShm();
  const name = `fence_test_${Deno.pid}`;
  try {
    const fd = shm.create(name, 0o600);
    shm.allocate(fd, 4096);
    using mapping = shm.map(fd);
    mapping.write(new Uint8Array(8), 0);
    shm.close(fd);
    shm.unlink(name);
    return "done";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

if (import.meta.main) console.log(JSON.stringify(await main(JSON.parse(Deno.args[0] ?? ""))));
