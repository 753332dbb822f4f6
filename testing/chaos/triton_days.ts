/** What happens to Triton while photos come: it hangs, dies, forgets its model, or sees no shared memory. */
import { createClient } from "@connectrpc/connect";
import { GRPCInferenceService } from "../../proto/gen/inference_pb.ts";
import { TritonTransport } from "../../triton/transport.ts";
import type { TritonProcess } from "../triton/triton_process.ts";
import {
  type BadDay,
  closedLoop,
  GOOD_CLIENTS,
  loadGood,
  pause,
  rowOf,
  type Scenario,
  startGateway,
} from "./bad_day.ts";
import type { GatewayOptions, GatewayProcess } from "./gateway_process.ts";
import type { LoadedPhase } from "./load_main.ts";
import { breach } from "./row.ts";
import { untilServing } from "./serving.ts";
import { probe, Watch } from "./watch.ts";

/** A bad day: what is done to Triton under load, and how long all has been well since at last. */
interface TritonDay {
  readonly name: string;
  /** What may be answered beside 200, 429, 503 and 504. */
  readonly mayFail: boolean;
  readonly gateway?: GatewayOptions;
  /** How long photos come, at least, where the day is a long one. */
  readonly secondsMin?: number;
  /** Whether it is left out of the short form. */
  readonly isLong?: boolean;
  play(triton: TritonProcess, gateway: GatewayProcess): Promise<Done>;
}

interface Done {
  /** When Triton was well again; `undefined` where it always was. */
  readonly wellMs: number | undefined;
  readonly breaches?: readonly string[];
  readonly notes?: readonly string[];
}

const MODEL = "dct_512";
const RECOVERY_MS_MAX = 1000;
/** A gateway whose Triton hangs must be out of rotation by then: a request's deadline. */
const HANG_MS_MAX = 10_000;
const STOPPED_MS = 14_000;
const LEAD_MS = 500;
const CALM_SECONDS = 2;
const CALL = { timeoutMs: 10_000 };

const DAYS: readonly TritonDay[] = [
  {
    name: "SIGSTOP",
    mayFail: false,
    isLong: true,
    secondsMin: STOPPED_MS / 1000 + CALM_SECONDS,
    async play(triton, gateway) {
      triton.signal("SIGSTOP");
      const stoppedMs = performance.now();
      let outMs = Infinity;
      while (performance.now() - stoppedMs < STOPPED_MS && outMs === Infinity) {
        const { status } = await probe(gateway.url, "/readyz", CALL.timeoutMs);
        if (status !== 200) outMs = performance.now() - stoppedMs;
        await pause(100);
      }
      triton.signal("SIGCONT");
      return {
        wellMs: performance.now(),
        breaches: breach(outMs <= HANG_MS_MAX, "still in rotation behind a request's deadline"),
        notes: [`out of rotation after ${outMs.toFixed(0)} ms`],
      };
    },
  },
  {
    name: "SIGKILL",
    mayFail: true,
    async play(triton) {
      await triton.stop("SIGKILL");
      await triton.start();
      return { wellMs: performance.now() };
    },
  },
  {
    name: "SIGTERM",
    mayFail: true,
    isLong: true,
    async play(triton) {
      await triton.stop("SIGTERM");
      await triton.start();
      return { wellMs: performance.now() };
    },
  },
  {
    name: "unload",
    mayFail: true,
    async play(triton) {
      await using transport = new TritonTransport({ url: triton.grpcUrl });
      const stub = createClient(GRPCInferenceService, transport);
      await stub.repositoryModelUnload({ modelName: MODEL }, CALL);
      await pause(LEAD_MS);
      await stub.repositoryModelLoad({ modelName: MODEL }, CALL);
      return { wellMs: performance.now() };
    },
  },
  {
    name: "region_removed",
    mayFail: true,
    isLong: true,
    async play(triton, gateway) {
      const removed: string[] = [];
      for await (const { name } of Deno.readDir("/dev/shm")) {
        if (!name.startsWith(`triton-edge-gateway_${gateway.pid}_`)) continue;
        await Deno.remove(`/dev/shm/${name}`);
        removed.push(name);
      }
      // Only a Triton that looks for it again misses it.
      await triton.stop("SIGKILL");
      await triton.start();
      return {
        wellMs: performance.now(),
        breaches: breach(removed.length > 0, "no region was found"),
      };
    },
  },
  {
    name: "shm_full",
    mayFail: false,
    gateway: { shmBytes: 1024 * 1024 },
    play: () => Promise.resolve({ wellMs: undefined, notes: ["/dev/shm of 1 MiB"] }),
  },
];

/** Each day with a gateway of its own. */
export const TRITON_DAYS: Scenario = {
  name: "triton",
  about: `Triton's bad days: ${DAYS.map(({ name }) => name).join(", ")}`,
  needsTriton: true,
  async play(day) {
    const { triton } = day;
    if (triton === undefined) return;
    for (const bad of DAYS) {
      const isChosen = day.part === undefined
        ? !(day.isShort && bad.isLong)
        : day.part === bad.name;
      if (isChosen) await playDay(day, triton, bad);
    }
  },
};

async function playDay(day: BadDay, triton: TritonProcess, bad: TritonDay): Promise<void> {
  await using gateway = await startGateway(day, bad.gateway);
  await untilServing(gateway.url);
  const watch = new Watch(gateway);
  // A load of known length, as it cannot be told to stop: long enough for the day, and what follows is calm.
  const seconds = Math.max(day.seconds, bad.secondsMin ?? 0);
  const load = loadGood(day, gateway, closedLoop(seconds));
  await pause(LEAD_MS);
  const { wellMs, breaches = [], notes = [] } = await bad.play(triton, gateway);
  const servedMs = await untilServing(gateway.url);
  const recoveryMs = wellMs === undefined ? 0 : Math.max(0, servedMs - wellMs);
  const during = await load;
  const calm = await loadGood(day, gateway, closedLoop(CALM_SECONDS));
  const watched = await watch.stop();
  const [figures] = during.phases as [LoadedPhase];
  const [after] = calm.phases as [LoadedPhase];
  const codes = bad.mayFail
    ? Object.fromEntries(Object.entries(figures.codes).filter(([code]) => !code.startsWith("502")))
    : figures.codes;
  const failed = figures.codes["502 upstream_error"] ?? 0;
  day.report(rowOf(`triton ${bad.name}`, {
    gateway,
    load: during,
    figures: { ...figures, codes },
    watched,
  }, {
    breaches: [
      ...breaches,
      ...breach(
        recoveryMs <= RECOVERY_MS_MAX,
        `the first good reply came ${recoveryMs.toFixed(0)} ms behind Triton's return`,
      ),
      ...breach(after.good === after.due, `afterwards ${JSON.stringify(after.codes)}`),
      ...breach(calm.wrong === 0, `${calm.wrong} embeddings are wrong afterwards`),
      ...breach(failed <= GOOD_CLIENTS * 4, `${failed} replies of 502`),
    ],
    notes: [
      ...notes,
      `served ${recoveryMs.toFixed(0)} ms behind Triton's return; ${failed} of 502`,
    ],
  }));
}
