/** Landlock holds a thread, so each trial has a worker to itself. */
import assert from "node:assert/strict";
import type { LandlockTrial } from "../../testing/fence/landlock_worker.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { restrictByLandlock } from "./landlock.ts";
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
      readableFiles: [],
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

Deno.test({
  name: "Landlock leaves a thread a file, and not its neighbours (needs Linux 6.7)",
  ignore,
  async fn() {
    await using folder = await temporaryFolder();
    const files = ["package.json", "other"].map((name) => `${folder.path}/${name}`);
    for (const file of files) await Deno.writeTextFile(file, "as it was");
    const options = {
      readable: [],
      readableFiles: [files[0] as string, `${folder.path}/absent`],
      writable: [],
      listenPorts: [],
      connectPorts: [],
    };
    const results = await run({ options, files, listenPort: 0, connectPort: 1 });
    const denied = "PermissionDenied";
    assert.deepEqual(results.slice(0, 4), ["done", denied, denied, denied]);
  },
});

/** What is asked of a kernel whose Landlock is of some version: rights that are restricted, and rules. */
function askedOf(version: number): { rights: string[]; rules: string[]; restricted: number } {
  const asked = { rights: [] as string[], rules: [] as string[], restricted: 0 };
  const calls: Partial<LinuxCalls> = {
    landlockVersion: () => version,
    createRuleset: (bytes) => {
      const words = [...new BigUint64Array(bytes.buffer as ArrayBuffer)];
      asked.rights = words.map((word) => word.toString(16));
      return 9;
    },
    openPath: (path) => path === "/absent" ? undefined : path.length,
    addRule: (_ruleset, type, bytes) => {
      const [rights, value] = [...new BigUint64Array(bytes.buffer as ArrayBuffer)];
      asked.rules.push(`${type}: ${rights?.toString(16)} of ${value}`);
    },
    restrictSelf: () => void asked.restricted++,
    close: () => {},
  };
  const paths = { readable: ["/a", "/absent"], readableFiles: ["/ab"], writable: ["/abc"] };
  const ports = { listenPorts: [80], connectPorts: [8001, 53] };
  const used = restrictByLandlock(calls as LinuxCalls, { ...paths, ...ports });
  assert.equal(used, version);
  return asked;
}

const PORT_RULES = ["2: 1 of 80", "2: 2 of 8001", "2: 2 of 53"];

for (
  const [version, rights, rules] of [
    [0, [], []],
    [1, ["1fff"], ["1: c of 2", "1: 4 of 3", "1: 1ffe of 4"]],
    [2, ["3fff"], ["1: c of 2", "1: 4 of 3", "1: 3ffe of 4"]],
    [3, ["7fff"], ["1: c of 2", "1: 4 of 3", "1: 7ffe of 4"]],
    [4, ["7fff", "3"], ["1: c of 2", "1: 4 of 3", "1: 7ffe of 4", ...PORT_RULES]],
    [7, ["7fff", "3"], ["1: c of 2", "1: 4 of 3", "1: 7ffe of 4", ...PORT_RULES]],
  ] as const
) {
  Deno.test(`restrictByLandlock() asks version ${version} for what it has, and no more`, () => {
    assert.deepEqual(askedOf(version), { rights, rules, restricted: version === 0 ? 0 : 1 });
  });
}
