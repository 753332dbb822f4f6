/** Clients that leave at every stage, and bytes that are no request. */
import { fetchMetrics } from "../metrics_text.ts";
import { seededRandom } from "../mosaic.ts";
import { embedHead, RawClient } from "../raw_client.ts";
import { createBadRequests } from "../soak/bad_requests.ts";
import type { BadRequest } from "../soak/bad_uploads.ts";
import { closedLoop, loadGood, rowOf, type Scenario, startGateway } from "./bad_day.ts";
import type { LoadedPhase } from "./load_main.ts";
import { breach } from "./row.ts";
import { Watch } from "./watch.ts";

const CLIENTS = 4;
const PHOTO = new URL("../photos/cat.jpg", import.meta.url);
/** So that slow bodies are answered within the load. */
const ENV = { GATEWAY_BODY_TIMEOUT_MS: "1000" };
/** What must be nothing again at the end. */
const HELD = [
  ...["gateway_inflight_requests", "gateway_inflight_body_bytes", "gateway_inflight_pixels"],
  ...["gateway_slots_in_use_inputs", "gateway_queued_images"],
];
/** More than anything takes that was left behind. */
const IDLE_MS_MAX = 6000;

/** Both kinds beside good clients. */
export const ILL_MANNERED: Scenario = {
  name: "disconnects",
  about: "clients that leave at every stage, and wrong bytes, each with its own refusal",
  needsTriton: false,
  async play(day) {
    await using gateway = await startGateway(day, { env: ENV });
    const unexpected = new Map<string, number>();
    const watch = new Watch(gateway);
    const until = performance.now() + day.seconds * 1000;
    const bad = Array.from(
      { length: CLIENTS },
      (_, client) => runBadClient(gateway.url, { client, until, unexpected }),
    );
    const load = await loadGood(day, gateway, closedLoop(day.seconds));
    const sent = (await Promise.all(bad)).reduce((sum, count) => sum + count, 0);
    const held = gateway.death === undefined ? await heldAtLast(gateway.url) : [];
    const watched = await watch.stop();
    const [figures] = load.phases as [LoadedPhase];
    day.report(rowOf("disconnects and wrong bytes", { gateway, load, figures, watched }, {
      breaches: [
        ...[...unexpected].map(([what, count]) => `${count} × ${what}`),
        ...breach(held.length === 0, `still held: ${held.join(", ")}`),
      ],
      notes: [`${sent} bad requests by ${CLIENTS} clients`],
    }));
  },
};

interface BadClientOptions {
  readonly client: number;
  readonly until: number;
  /** Outcomes that were not the expected ones, how often. */
  readonly unexpected: Map<string, number>;
}

async function runBadClient(
  url: string,
  { client, until, unexpected }: BadClientOptions,
): Promise<number> {
  const requests = [...await createBadRequests(), ...await createDepartures(client)];
  let sent = 0;
  for (let turn = client * 11; performance.now() < until; turn++) {
    const { name, expected, send } = requests[turn % requests.length] as BadRequest;
    const outcome = await send(url).catch(String);
    sent++;
    // The gateway may have no time.
    if (outcome === expected || outcome === "overloaded") continue;
    const what = `${name}: ${outcome}, not ${expected}`;
    unexpected.set(what, (unexpected.get(what) ?? 0) + 1);
  }
  return sent;
}

/** Clients that leave anywhere in a request, or send anything at all. */
async function createDepartures(seed: number): Promise<BadRequest[]> {
  const photo = await Deno.readFile(PHOTO);
  const head = new TextEncoder().encode(embedHead(`content-length: ${photo.length}`));
  const whole = new Uint8Array([...head, ...photo]);
  const random = seededRandom(seed);
  const leaving = (name: string, bytes: () => Uint8Array): BadRequest => ({
    name,
    expected: "left",
    async send(url) {
      using client = await RawClient.connect(url);
      await client.send(bytes());
      return "left";
    },
  });
  return [
    leaving("leaves before anything", () => new Uint8Array(0)),
    leaving("leaves anywhere", () => whole.subarray(0, Math.floor(random() * whole.length))),
    leaving("leaves in its head", () => whole.subarray(0, Math.floor(random() * head.length))),
    leaving("leaves behind two requests", () => new Uint8Array([...whole, ...whole])),
    leaving("random bytes", () => Uint8Array.from({ length: 500 }, () => random() * 256)),
    leaving("a TLS greeting", () => Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3)),
    leaving(
      "an HTTP/2 preface",
      () => new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ),
  ];
}

/** Gauges that are not nothing when there was time enough. */
async function heldAtLast(url: string): Promise<string[]> {
  const giveUpMs = performance.now() + IDLE_MS_MAX;
  for (;;) {
    const held = [...await fetchMetrics(url)].filter(([series, value]) =>
      HELD.includes(series.split("{")[0] ?? "") && value !== 0
    );
    if (held.length === 0 || performance.now() > giveUpMs) {
      return held.map(([series, value]) => `${series} ${value}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
