// deno-lint-ignore-file no-console
/** `deno task bench:large-bodies`: what a client with small photos notices of one that sends 32 MiB of JSON twice a second. */
import { positive, runProgram } from "../command/program.ts";
import { startGateway } from "./processes/gateway.ts";
import { delayBound, delaysBetween, readDelays } from "./processes/event_loop.ts";
import { GeneratorProcess } from "./load/generator_process.ts";

const HELP = `Usage: deno task bench:large-bodies [options]

Sends 100 small photos a second, alone and beside 32 MiB of JSON twice a second, by turns, and prints latency and the
event loop's delay. The large bodies hold no images, so that they cost their transfer and their parsing and no decoding.

  --seconds N  of a turn (8)`;

/** Well below what a core can do, so that waiting shows and queueing does not. */
const PER_SECOND = 100;
/** 0.5 Gbit/s; as fast as they go, sending them takes the cores and not parsing them. */
const LARGE_BODIES_EVERY_MS = 500;
const MIB = 1024 * 1024;

async function measure(seconds: number): Promise<void> {
  await using gateway = await startGateway({ model: "dct_512" });
  await using generator = new GeneratorProcess();
  console.log(
    "small photos, 100 a second       p50     p99   p99.9 ms   event loop p99   large bodies",
  );
  for (const isDisturbed of [false, true, false, true]) {
    await generator.prepare({
      way: "gateway-base64",
      target: { url: gateway.url, model: "" },
      photoSize: "224",
      batch: 1,
      pattern: { kind: "open", perSecond: PER_SECOND, inflightMax: 64 },
      limits: { requestsMax: 1e6, secondsMax: seconds, graceSeconds: 5 },
    });
    const stop = new AbortController();
    const large = isDisturbed ? sendLargeBodies(gateway.url, stop.signal) : Promise.resolve(0);
    const before = await readDelays(gateway.url);
    const { latencyMs } = await generator.run();
    stop.abort();
    const delays = delaysBetween(before, await readDelays(gateway.url));
    const [p50, p99, p999] = [latencyMs.p50, latencyMs.p99, latencyMs.p999 ?? latencyMs.max]
      .map((value) => value.toFixed(1).padStart(8));
    console.log(
      `${isDisturbed ? "beside 32 MiB bodies" : "alone"}`.padEnd(28) + `${p50}${p99}${p999}` +
        `≤ ${delayBound(delays, 0.99)} ms`.padStart(20) + `   ${await large}`,
    );
    await generator.finish();
  }
}

/** One body after the other, read by nobody but the parser: its images are no images. */
async function sendLargeBodies(url: string, signal: AbortSignal): Promise<number> {
  const image = "A".repeat(10 * MIB);
  const body = new TextEncoder().encode(
    JSON.stringify({ images: [image, image, image], on_error: "item" }),
  );
  let sent = 0;
  const started = performance.now();
  while (!signal.aborted) {
    const dueMs = Math.max(0, started + sent * LARGE_BODIES_EVERY_MS - performance.now());
    await new Promise((resolve) => setTimeout(resolve, dueMs));
    const response = await fetch(`${url}/embed`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const { results } = await response.json();
    if (results?.length !== 3) throw new Error(`Cannot use reply of status ${response.status}`);
    sent++;
  }
  return sent;
}

if (import.meta.main) {
  const options = { seconds: { type: "string", default: "8" } } as const;
  await runProgram(
    { help: HELP, options },
    ({ values }) => measure(positive("seconds", values.seconds)),
  );
}
