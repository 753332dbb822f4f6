/** Attempts to get out of a fenced process, from inside its workers, and what goes on all the same. */
import assert from "node:assert/strict";
import { startChild } from "../../testing/child_gateway.ts";
import type { AttemptsReport, AttemptsSetup, Outcome } from "../../testing/fence/attempts.ts";
import { testFile } from "../../testing/harness.ts";
import { buildDctModel } from "../../testing/dct_model.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { testLinux } from "../../testing/platform_tests.ts";
import { LinuxCalls } from "./linux_calls.ts";
import { MACHINES } from "./system_calls.ts";

const { env } = Deno;
const codeCache = env.get("DENO_DIR") ??
  `${env.get("XDG_CACHE_HOME") ?? `${env.get("HOME")}/.cache`}/deno`;
const ROOT = new URL("../../", import.meta.url);

/** Has a program try everything, in a process of its own. */
async function attempt(
  setup: Pick<AttemptsSetup, "fence" | "engine">,
): Promise<AttemptsReport> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/secret`, "");
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const { port } = listener.addr;
    const command = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "-A", "testing/fence/attempts_main.ts"],
        JSON.stringify({ ...setup, port, folder, codeCache } satisfies AttemptsSetup),
      ],
      cwd: ROOT,
      stderr: "inherit",
    });
    return JSON.parse(new TextDecoder().decode((await command.output()).stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const isLinux = Deno.build.os === "linux";
const NONE: AttemptsReport = { fence: { seccomp: "", landlock: "" }, workers: [] };
const embedded = isLinux ? await attempt({ fence: "auto", engine: "embedded" }) : NONE;
/** Unless the kernel itself refused: other reasons are faults of ours. */
const hasSeccomp = isLinux && !/^seccomp .*errno/.test(embedded.fence.seccomp);
const hasLandlock = hasSeccomp && landlockVersion() >= 4;

const REFUSED: Record<string, Outcome> = {
  system: "nothing ran",
  fork: "EPERM",
  execve: "EPERM",
  ptrace: "EPERM",
  "a namespace of its own": "EPERM",
  "a UNIX socket": "EACCES",
  "a netlink socket": "EACCES",
  "a packet socket": "EACCES",
  "a raw socket": "EACCES",
  "a signal to its parent": "EPERM",
  "a file for writing": "EACCES",
  rename: "EPERM",
  prctl: "EPERM",
};

testLinux("without a fence, a worker that was taken over may do as it likes", async () => {
  const { fence, workers } = await attempt({ fence: "off", engine: "embedded" });
  assert.deepEqual(fence, { seccomp: "off", landlock: "off" });
  const names = ["system", "a UNIX socket", "a signal to its parent", "a file for writing"];
  for (const outcomes of workers) {
    for (
      const name of [
        ...names,
        "rename",
        "a file of somebody else's",
        "a connection elsewhere",
        "shared memory",
      ]
    ) {
      assert.equal(outcomes[name], "done", name);
    }
  }
});

Deno.test({
  name: "the fence refuses workers programs, processes, signals, files and sockets (needs seccomp)",
  ignore: !hasSeccomp,
  fn() {
    assert.equal(embedded.fence.seccomp, "applied");
    for (const outcomes of embedded.workers) {
      for (const [name, outcome] of Object.entries(REFUSED)) {
        assert.equal(outcomes[name], outcome, name);
      }
    }
  },
});

Deno.test({
  name:
    "the fence leaves workers threads, TCP sockets, reading and their own signals (needs seccomp)",
  ignore: !hasSeccomp,
  fn() {
    for (const outcomes of embedded.workers) {
      for (const name of ["a TCP socket", "a file for reading", "a signal to itself"]) {
        assert.equal(outcomes[name], "done", name);
      }
    }
  },
});

Deno.test({
  name: "the fence leaves shared memory to the engine triton alone (needs seccomp)",
  ignore: !hasSeccomp,
  async fn() {
    const triton = await attempt({ fence: "auto", engine: "triton" });
    assert.deepEqual(triton.workers.map((outcomes) => outcomes["shared memory"]), ["done", "done"]);
    assert.equal(embedded.workers[0]?.["shared memory"], "EACCES");
    for (const outcomes of triton.workers) {
      assert.equal(outcomes.execve, "EPERM");
      // The filter cannot see whose file it is; Landlock can.
      if (hasLandlock) assert.equal(outcomes["a file for writing"], "EACCES");
    }
  },
});

Deno.test({
  name:
    "the fence refuses other files and other ports than a gateway's (needs Landlock of Linux 6.7)",
  ignore: !hasLandlock,
  fn() {
    assert.equal(embedded.fence.landlock, "applied");
    for (const outcomes of embedded.workers) {
      assert.equal(outcomes["a file of somebody else's"], "EACCES");
      assert.equal(outcomes["a connection elsewhere"], "PermissionDenied");
    }
  },
});

for (const isolates of ["1", "2"]) {
  Deno.test({
    name: `a fenced gateway of ${isolates} serves, decodes in workers and drains (needs seccomp)`,
    ignore: !hasSeccomp,
    async fn() {
      const env = { GATEWAY_FENCE: hasLandlock ? "require" : "auto", GATEWAY_ISOLATES: isolates };
      await using child = await startChild({
        env: { ...env, GATEWAY_INLINE_IMAGE_MS_MAX: "0", GATEWAY_MODEL_THREADS: "2" },
      });
      const body = await testFile("photos/cat.jpg");
      const headers = { "content-type": "image/jpeg" };
      for (let round = 0; round < 4; round++) {
        const response = await fetch(`${child.url}/embed`, { method: "POST", headers, body });
        assert.equal((await response.json()).embedding.length, 512);
      }
      assert.deepEqual(await threadStates(child.process.pid), ["NoNewPrivs:\t1", "Seccomp:\t2"]);
      child.process.kill("SIGTERM");
      assert.equal((await child.process.status).code, 0);
    },
  });
}

Deno.test({
  name: "a fenced gateway passes Immich's faces on to the server of its settings (needs seccomp)",
  ignore: !hasSeccomp,
  async fn() {
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      () => Response.json({ "facial-recognition": [] }),
    );
    await using child = await startChild({
      env: {
        GATEWAY_FENCE: hasLandlock ? "require" : "auto",
        GATEWAY_IMMICH_UPSTREAM_URL: `http://127.0.0.1:${server.addr.port}`,
      },
    });
    const body = new FormData();
    body.append("entries", JSON.stringify({ "facial-recognition": {} }));
    body.append("image", new Blob([await testFile("photos/cat.jpg")]));
    const response = await fetch(`${child.url}/predict`, { method: "POST", body });
    assert.deepEqual(await response.json(), { "facial-recognition": [] });
    child.process.kill("SIGTERM");
    assert.equal((await child.process.status).code, 0);
  },
});

Deno.test({
  name: "a fenced gateway reads a model whose folder and file are links (needs Landlock)",
  ignore: !hasLandlock,
  async fn() {
    await using disk = await temporaryFolder();
    await using repository = await temporaryFolder();
    const model = `${disk.path}/dct`;
    await Deno.mkdir(`${model}/1`, { recursive: true });
    for (const file of ["manifest.json", "golden.json"]) {
      await Deno.copyFile(new URL(`model_repository/dct_512/${file}`, ROOT), `${model}/${file}`);
    }
    await Deno.writeFile(`${disk.path}/dct.onnx`, buildDctModel());
    await Deno.symlink(`${disk.path}/dct.onnx`, `${model}/1/model.onnx`);
    await Deno.symlink(model, `${repository.path}/dct_512`);
    const env = { GATEWAY_FENCE: "require", GATEWAY_MODEL_REPOSITORY: repository.path };
    await using child = await startChild({ env });
    assert.equal(
      (await fetch(`${child.url}/readyz`).then((reply) => reply.json())).status,
      "ready",
    );
  },
});

function landlockVersion(): number {
  const machine = MACHINES.find((name) => name === Deno.build.arch);
  if (!isLinux || machine === undefined) return 0;
  using calls = new LinuxCalls(machine);
  return calls.landlockVersion();
}

/** What the kernel says of all threads of a process, each line once; by a program, as Deno opens little of /proc. */
async function threadStates(pid: number): Promise<string[]> {
  const cat = new Deno.Command("/bin/sh", { args: ["-c", `cat /proc/${pid}/task/*/status`] });
  const text = new TextDecoder().decode((await cat.output()).stdout);
  return [...new Set(text.match(/^(?:NoNewPrivs|Seccomp):.*$/gm))].sort();
}
