/** Landlock holds a thread, so each trial has a worker to itself. */
import assert from "node:assert/strict";
import type { LandlockTrial } from "../../testing/fence/landlock_worker.ts";
import { LinuxCalls } from "./linux_calls.ts";
import { type Machine, MACHINES } from "./system_calls.ts";

const WORKER = new URL("../../testing/fence/landlock_worker.ts", import.meta.url);
const ignore = !hasPorts();

function hasPorts(): boolean {
  if (Deno.build.os !== "linux") return false;
  if (!(MACHINES as readonly string[]).includes(Deno.build.arch)) return false;
  using calls = new LinuxCalls(Deno.build.arch as Machine);
  return calls.landlockVersion() >= 4;
}

async function run(trial: LandlockTrial): Promise<string[]> {
  const worker = new Worker(WORKER, { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<{ results: string[] }>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(trial);
  const { results } = await promise;
  worker.terminate();
  return results;
}

Deno.test({
  name: "Landlock leaves a thread the folders and ports that it was given (needs Linux 6.7)",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const files = ["read", "written", "other"].map((name) => `${folder}/${name}/file`);
    for (const name of ["read", "written", "other"]) await Deno.mkdir(`${folder}/${name}`);
    for (const file of files) await Deno.writeTextFile(file, "as it was");
    const options = {
      readable: [`${folder}/read`, `${folder}/absent`],
      writable: [`${folder}/written`],
    };
    const { port } = other.addr;
    const denied = "PermissionDenied";
    const trial = { files, listenPort: 0, connectPort: port };
    assert.deepEqual(
      await run({ ...trial, options: { ...options, listenPorts: [], connectPorts: [] } }),
      ["done", "done", denied, denied, "done", denied, denied, denied],
    );
    assert.deepEqual(
      await run({ ...trial, options: { ...options, listenPorts: [0], connectPorts: [port] } }),
      ["done", "done", denied, denied, "done", denied, "done", "done"],
    );
    assert.deepEqual(
      await run({ ...trial, options: { ...options, listenPorts: undefined, connectPorts: [1] } }),
      ["done", "done", denied, denied, "done", denied, "done", denied],
    );
    assert.equal(await Deno.readTextFile(`${folder}/other/file`), "as it was");
    await Deno.remove(folder, { recursive: true });
  },
});
