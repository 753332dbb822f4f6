import assert from "node:assert/strict";
import { serverArguments, type ServerRun } from "./server_command.ts";

const run: ServerRun = {
  repository: "/models",
  backends: "/run/backends",
  ports: { http: 1, grpc: 2, metrics: 3 },
  memoryPrefix: "triton_7_",
  models: ["a"],
  exitTimeoutSeconds: 5,
  extraArguments: ["--log-verbose=1"],
};

Deno.test("serverArguments() binds every port to loopback and passes the rest on", () => {
  const args = serverArguments(run, { cacheFolder: "/caches" }, "");
  for (const name of ["http", "grpc", "metrics"]) {
    assert(args.includes(`--${name}-address=127.0.0.1`));
  }
  assert(args.includes("--grpc-port=2"));
  assert(args.includes("--backend-config=python,shm-region-prefix-name=triton_7_"));
  assert.equal(args.at(-1), "--log-verbose=1");
});

Deno.test("serverArguments() leaves configurations as they are, as deploy/triton/entrypoint.sh does", () => {
  const option = "--disable-auto-complete-config";
  assert(serverArguments(run, { cacheFolder: "/caches" }, "").includes(option));
});

Deno.test("serverArguments() allows shared memory only where the server knows the option", () => {
  const option = "--allow-client-shm=true";
  assert(!serverArguments(run, { cacheFolder: "/caches" }, "  --model-store").includes(option));
  assert(
    serverArguments(run, { cacheFolder: "/caches" }, "  --allow-client-shm <b>").includes(option),
  );
});

Deno.test("serverArguments() loads named models only, and none for an empty list", () => {
  const args = (models: string[]) => serverArguments({ ...run, models }, { cacheFolder: "/c" }, "");
  const loaded = (models: string[]) => args(models).filter((text) => text.startsWith("--load"));
  assert.deepEqual(loaded(["a", "b"]), ["--load-model=a", "--load-model=b"]);
  assert.deepEqual(loaded([]), []);
  assert(args([]).includes("--model-control-mode=explicit"));
});
