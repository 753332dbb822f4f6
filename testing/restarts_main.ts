// deno-lint-ignore-file no-console
/** `deno task restarts`: ends and starts a real Triton again and again under a busy gateway. */
import { positive, runProgram } from "../command/program.ts";
import { TestRepository } from "./triton/test_repository.ts";
import { startTriton, type TritonProcess } from "./triton/triton_process.ts";
import { type ChildGateway, startChild } from "./child_gateway.ts";
import { fetchMetrics } from "./metrics_text.ts";

const HELP = `Usage: deno task restarts [--cycles 40] [--clients 8] [--deno PATH]

Ends a real Triton by SIGTERM and then by SIGKILL, --cycles times each, under --clients busy clients,
and starts it again. Exits 1 if the gateway crashed, answered anything but 200, 429, 502, 503 or 504,
did not recover within a second of Triton being ready, or left a slot or a region behind.

  --deno PATH  runs the gateway with another Deno than this one`;

const ALLOWED = [200, 429, 502, 503, 504];
const RECOVERY_MS_MAX = 1000;
/** Longer than any recovery, so that only what never comes is given up. */
const WAIT_MS_MAX = 15_000;

/** What the run found. */
interface Findings {
  readonly statuses: Map<number, number>;
  readonly recoveryMs: number[];
  cycles: number;
}

async function run(cycles: number, clientCount: number, deno: string): Promise<number> {
  await using repository = await TestRepository.create([{ source: "dct_512" }]);
  const options = { repository: repository.path, exitTimeoutSeconds: 2 };
  await using triton = await startTriton(options);
  const env = {
    GATEWAY_ENGINE: "triton",
    GATEWAY_TRITON_URL: triton.grpcUrl,
    // Another Deno is tried here in order to learn whether it may be allowed.
    GATEWAY_DENO_CHECK: "warn",
  };
  await using gateway = await startChild({ deno, env });
  const findings: Findings = { statuses: new Map(), recoveryMs: [], cycles: 0 };
  const photo = await Deno.readFile(new URL("photos/cat_half.jpg", import.meta.url));
  const load = startLoad(gateway, photo, { clientCount, findings });
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (let cycle = 1; cycle <= cycles && gateway.ending === undefined; cycle++) {
      await restart(triton, gateway, { signal, photo, findings });
      const last = findings.recoveryMs.at(-1)?.toFixed(0);
      console.log(`${signal} ${cycle}/${cycles}: first success ${last} ms after ready`);
    }
  }
  load.stop();
  await load.ended;
  return await report(gateway, findings, 2 * cycles);
}

async function restart(
  triton: TritonProcess,
  gateway: ChildGateway,
  { signal, photo, findings }: {
    readonly signal: "SIGTERM" | "SIGKILL";
    readonly photo: Uint8Array<ArrayBuffer>;
    readonly findings: Findings;
  },
): Promise<void> {
  await triton.stop(signal);
  await triton.start();
  const ready = performance.now();
  while (await embed(gateway, photo) !== 200) {
    if (gateway.ending !== undefined || performance.now() - ready > WAIT_MS_MAX) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  findings.recoveryMs.push(performance.now() - ready);
  findings.cycles++;
}

/** Keeps clients busy; a refused one pauses a little, as its Retry-After asks for more. */
function startLoad(
  gateway: ChildGateway,
  photo: Uint8Array<ArrayBuffer>,
  { clientCount, findings }: { readonly clientCount: number; readonly findings: Findings },
): { stop(): void; readonly ended: Promise<unknown> } {
  let isOver = false;
  const clients = Array.from({ length: clientCount }, async () => {
    while (!isOver && gateway.ending === undefined) {
      const status = await embed(gateway, photo);
      findings.statuses.set(status, (findings.statuses.get(status) ?? 0) + 1);
      if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  return { stop: () => void (isOver = true), ended: Promise.all(clients) };
}

/** Status of /embed for a photo; 0 when nobody answers. */
async function embed(gateway: ChildGateway, photo: Uint8Array<ArrayBuffer>): Promise<number> {
  try {
    const response = await fetch(`${gateway.url}/embed`, {
      method: "POST",
      headers: { "content-type": "image/jpeg" },
      body: photo,
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

async function report(
  gateway: ChildGateway,
  findings: Findings,
  expected: number,
): Promise<number> {
  const { statuses, recoveryMs, cycles } = findings;
  const sorted = recoveryMs.toSorted((a, b) => a - b);
  const { ending } = gateway;
  if (ending !== undefined) console.log(`gateway ended with ${ending.signal ?? ending.code}`);
  const slots = ending === undefined
    ? (await fetchMetrics(gateway.url)).get('gateway_slots_in_use_inputs{model="dct_512"}')
    : NaN;
  if (ending === undefined) gateway.process.kill("SIGTERM");
  await gateway.process.status;
  const entries = await Array.fromAsync(Deno.readDir("/dev/shm"));
  const prefix = `triton-edge-gateway_${gateway.process.pid}_`;
  const regions = entries.filter(({ name }) => name.startsWith(prefix)).length;
  const wrong = [...statuses.keys()].filter((status) => !ALLOWED.includes(status));
  const slow = sorted.filter((ms) => ms > RECOVERY_MS_MAX).length;
  console.log(`cycles ${cycles} of ${expected}, gateway crashes ${cycles === expected ? 0 : 1}`);
  console.log(
    `replies ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}`,
  );
  console.log(
    `first success after ready: median ${sorted[sorted.length >> 1]?.toFixed(0)} ms, ` +
      `worst ${sorted.at(-1)?.toFixed(0)} ms, over ${RECOVERY_MS_MAX} ms: ${slow}`,
  );
  console.log(`slots leaked ${slots}, regions leaked ${regions}`);
  const isGood = cycles === expected && wrong.length === 0 && slow === 0 && slots === 0 &&
    regions === 0;
  return isGood ? 0 : 1;
}

if (import.meta.main) {
  const options = {
    cycles: { type: "string", default: "40" },
    clients: { type: "string", default: "8" },
    deno: { type: "string", default: Deno.execPath() },
  } as const;
  await runProgram({ help: HELP, options }, async ({ values }) => {
    const [cycles, clients] = [
      positive("cycles", values.cycles),
      positive("clients", values.clients),
    ];
    Deno.exitCode = await run(cycles, clients, values.deno);
  });
}
