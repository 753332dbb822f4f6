// deno-lint-ignore-file no-console
/** `deno task soak`: good and bad clients against a real gateway for a while; every reply is checked. */
import { positive, runProgram, UsageError } from "../command/program.ts";
import { type ChildGateway, startChild } from "./child_gateway.ts";
import { fetchMetrics } from "./metrics_text.ts";
import { createBadRequests } from "./soak/bad_requests.ts";
import { type KnownPhoto, readKnownPhotos, sendGood } from "./soak/good_requests.ts";
import { sendSlowly } from "./soak/slow_requests.ts";
import { judgeMemory, type Sample, takeSample } from "./soak/process_watch.ts";
import { Tally } from "./soak/tally.ts";

const HELP = `Usage: deno task soak [--seconds 60]

Starts the gateway on a free port, with the permissions it is deployed with. Eight clients send photos whose
vectors are known and compare every bit, as files, JSON and forms; six do so over slow lines; four send bad input,
bodies that crawl, and leave without waiting.

  --seconds N  how long (default 60, at least 3)
  --help       print this text and exit

Exit codes: 0 every reply was the right one, nothing was left behind and memory is level; 1 otherwise;
64 for bad arguments.`;

const GOOD_CLIENTS = 8;
const SLOW_CLIENTS = 6;
const BAD_CLIENTS = 4;
const PROGRESS_SECONDS = 5;
/** So that slow bodies are answered within the soak, and a client that waits for its processor is not slow. */
const ENV = { GATEWAY_BODY_TIMEOUT_MS: "3000" };

interface Soak {
  readonly gateway: ChildGateway;
  readonly photos: readonly KnownPhoto[];
  readonly good: Tally;
  readonly bad: Tally;
  readonly samples: Sample[];
  readonly endMs: number;
  images: number;
}

/** One of several clients, each of which takes turns of its own. */
async function runGoodClient(
  soak: Soak,
  send: typeof sendGood,
  [client, clients]: readonly [number, number],
): Promise<void> {
  for (let turn = client; performance.now() < soak.endMs; turn += clients + 1) {
    try {
      const { dialect, images, verdict } = await send(soak.gateway.url, soak.photos, turn);
      soak.good.add(dialect, "ok", verdict);
      soak.images += images;
    } catch (error) {
      soak.good.add("any", "ok", String(error));
    }
  }
}

async function runBadClient(soak: Soak, client: number): Promise<void> {
  const requests = await createBadRequests();
  const start = Math.floor((client * requests.length) / BAD_CLIENTS);
  for (let turn = start; performance.now() < soak.endMs; turn++) {
    const request = requests[turn % requests.length];
    if (request === undefined) return;
    const { name, expected } = request;
    const outcome = await request.send(soak.gateway.url).catch(String);
    soak.bad.add(name, expected, outcome);
  }
}

/** Looks at the process every second and says how far things are every few. */
async function watch(soak: Soak): Promise<void> {
  const startMs = performance.now();
  for (let second = 1; performance.now() < soak.endMs; second++) {
    const waitMs = startMs + second * 1000 - performance.now();
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const elapsed = (performance.now() - startMs) / 1000;
    const { url, process } = soak.gateway;
    const sample = await takeSample(url, process.pid, elapsed);
    soak.samples.push(sample);
    if (second % PROGRESS_SECONDS !== 0) continue;
    const { rssMib, threads, files } = sample;
    const { good, bad } = soak;
    console.log(
      `${elapsed.toFixed(0).padStart(4)} s  good ${good.met} bad ${bad.met} unexpected ` +
        `${good.unmet + bad.unmet}  rss ${
          rssMib.toFixed(0)
        } MiB  threads ${threads}  files ${files}`,
    );
  }
}

/** What the gateway itself counted, and what it still holds. */
async function readGateway(url: string) {
  const metrics = await fetchMetrics(url);
  const byCode = new Map<string, number>();
  for (const [series, value] of metrics) {
    const code = /^gateway_requests_total\{.*code="([a-z_]+)"/.exec(series)?.[1];
    if (code !== undefined) byCode.set(code, (byCode.get(code) ?? 0) + value);
  }
  const held = [
    "gateway_slots_in_use_inputs",
    "gateway_inflight_requests",
    "gateway_inflight_body_bytes",
    "gateway_inflight_pixels",
    "gateway_queued_images",
  ].map((gauge) => {
    // A model's have its name behind theirs.
    const found = [...metrics].find(([series]) => series.split("{")[0] === gauge);
    return [gauge, found?.[1] ?? NaN] as const;
  });
  const replaced = [...metrics].filter(([series]) =>
    /workers_replaced|engine_restarts/.test(series)
  );
  return { byCode, held, replaced };
}

const SERVER_FAULTS = ["internal", "upstream_error", "upstream_unavailable", "deadline_exceeded"];

/** Prints everything and returns what was wrong. */
async function report(soak: Soak, seconds: number): Promise<string[]> {
  const problems: string[] = [];
  for (const [title, tally] of [["good", soak.good], ["bad", soak.bad]] as const) {
    console.log(`\n${title} requests`);
    for (const { name, expected, met, unmet } of tally.lines) {
      console.log(`  ${String(met).padStart(6)}  ${expected.padEnd(22)}  ${name}`);
      for (const [outcome, count] of unmet) problems.push(`${count} × ${name}: ${outcome}`);
    }
  }
  const { byCode, held, replaced } = await readGateway(soak.gateway.url);
  console.log(`\nthe gateway's own count by code`);
  for (const [code, count] of byCode) console.log(`  ${String(count).padStart(6)}  ${code}`);
  const faults = SERVER_FAULTS.reduce((sum, code) => sum + (byCode.get(code) ?? 0), 0);
  if (faults > 0) problems.push(`${faults} replies of status 5xx`);
  for (const [gauge, value] of held) if (value !== 0) problems.push(`${gauge} is ${value}`);
  for (const [series, value] of replaced) if (value > 0) problems.push(`${series} is ${value}`);
  const memory = judgeMemory(soak.samples);
  if (!memory.isLevel) {
    problems.push(`memory grew by ${memory.growthMib.toFixed(1)} MiB behind the warm-up`);
  }
  const [first, last] = [soak.samples[0], soak.samples.at(-1)];
  const { good, bad, images } = soak;
  console.log(`
requests    good ${good.met} (${(good.met / seconds).toFixed(0)}/s, ${
    (images / seconds).toFixed(0)
  } images/s), bad ${bad.met}, unexpected ${good.unmet + bad.unmet}, 5xx ${faults}
held        ${held.map(([gauge, value]) => `${gauge.replace("gateway_", "")} ${value}`).join(", ")}
memory      first third ${memory.firstThirdMib.toFixed(0)} MiB, last third ${
    memory.lastThirdMib.toFixed(0)
  } MiB, slope behind the warm-up ${memory.slopeMibPerMinute.toFixed(1)} MiB/min, ${
    memory.growthMib.toFixed(1)
  } of at most ${memory.growthMibMax.toFixed(0)} MiB: ${memory.isLevel ? "level" : "GROWING"}
threads     ${first?.threads} at first, ${last?.threads} at last
files       ${first?.files} at first, ${last?.files} at last`);
  return problems;
}

/** Runs the clients and waits until nothing of theirs is left, or ought to be. */
async function soakFor(seconds: number): Promise<string[]> {
  await using gateway = await startChild({ env: ENV });
  const photos = await readKnownPhotos(gateway.url);
  console.log(`${gateway.url}, ${photos.length} photos, ${seconds} s`);
  const endMs = performance.now() + seconds * 1000;
  const [good, bad] = [new Tally(), new Tally()];
  const soak: Soak = { gateway, photos, good, bad, samples: [], endMs, images: 0 };
  await Promise.all([
    ...Array.from(
      { length: GOOD_CLIENTS },
      (_, client) => runGoodClient(soak, sendGood, [client, GOOD_CLIENTS]),
    ),
    ...Array.from(
      { length: SLOW_CLIENTS },
      (_, client) => runGoodClient(soak, sendSlowly, [client, SLOW_CLIENTS]),
    ),
    ...Array.from({ length: BAD_CLIENTS }, (_, client) => runBadClient(soak, client)),
    watch(soak),
  ]);
  const problems = await report(soak, seconds);
  const stopMs = performance.now();
  gateway.process.kill("SIGTERM");
  const { code } = await gateway.process.status;
  console.log(`stop        exit code ${code} in ${(performance.now() - stopMs).toFixed(0)} ms`);
  if (code !== 0) problems.push(`the gateway exited with ${code}`);
  return problems;
}

if (import.meta.main) {
  const options = { seconds: { type: "string", default: "60" } } as const;
  await runProgram({ help: HELP, options }, async ({ values }) => {
    const seconds = positive("seconds", values.seconds);
    if (seconds < 3) throw new UsageError(`--seconds must be at least 3: it is ${seconds}`);
    const problems = await soakFor(seconds);
    const isGood = problems.length === 0;
    console.log(isGood ? "\nall as it must be" : `\nwrong:\n  ${problems.join("\n  ")}`);
    Deno.exit(isGood ? 0 : 1);
  });
}
