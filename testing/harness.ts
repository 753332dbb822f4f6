/** A whole gateway for tests: the real parts, the embedded model, a free port, its log in memory. */
import { composeGateway } from "../gateway/compose_isolates.ts";
import { parseConfig } from "../gateway/config/config.ts";
import { findTurboJpeg } from "../preprocess/decode/jpeg/turbojpeg_library.ts";
import { UNHURRIED } from "./unhurried.ts";
import type { Network } from "../gateway/remote_images/image_fetcher.ts";
import { fetchMetrics } from "./metrics_text.ts";

/** One of each starts fastest, and what one isolate logs is in this thread. */
const ENVIRONMENT = {
  GATEWAY_ISOLATES: "1",
  GATEWAY_PORT: "0",
  GATEWAY_SLOTS: "32",
  GATEWAY_DECODE_WORKERS: "1",
  GATEWAY_MODEL_THREADS: "1",
  GATEWAY_LOG_LEVEL: "debug",
  ...UNHURRIED,
  // What is asked for is no news, and so not in the log.
  GATEWAY_JPEG_DECODER: findTurboJpeg().path === undefined ? "portable" : "auto",
};

/** A line of the log, parsed. */
interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** A gateway that listens until it is disposed. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  /** Lines so far. */
  readonly log: readonly LogLine[];
  drain(signal: string): Promise<boolean>;
  /** Samples of /metrics, by series, such as `gateway_images_total{model="dct_512",format="jpeg",code="ok"}`. */
  metrics(): Promise<Map<string, number>>;
}

/**
 * Starts a gateway.
 *
 * @param env Settings that differ from the defaults for tests.
 * @param network Where images are fetched from; the system's unless given.
 */
export async function startGateway(
  env: Readonly<Record<string, string>> = {},
  network: Network | undefined = undefined,
): Promise<TestGateway> {
  const { config, problems } = parseConfig({ ...ENVIRONMENT, ...env });
  if (problems.length > 0) throw new Error(problems.join("; "));
  const log: LogLine[] = [];
  const gateway = await composeGateway(config, {
    writeLog: (line) => log.push(JSON.parse(line)),
    ...network && { network },
  });
  return {
    url: gateway.url,
    log,
    drain: (signal) => gateway.drain(signal),
    metrics: () => fetchMetrics(gateway.url),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

/** Reads a file of `testing/`, such as `photos/cat.jpg` or `goldens/refused/foreign_text.jpg`. */
export async function testFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(new URL(path, import.meta.url));
}
