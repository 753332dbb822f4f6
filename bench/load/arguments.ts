/** The command line of `deno task bench:load`. */
import { parseArgs } from "node:util";
import { PHOTO_SIZES, type PhotoSize } from "../photos/photo_set.ts";
import { isWayName, WAY_NAMES } from "../ways/registry.ts";
import type { LoadJob } from "./job.ts";

/** What `--help` prints. */
export const LOAD_HELP = `Usage: deno task bench:load --way WAY --url URL [options]

Loads one server and prints the figures as JSON.

  --way WAY          ${WAY_NAMES.join(", ")}
  --url URL          such as http://127.0.0.1:8080
  --model NAME       model on Triton (dct_512)
  --api-key KEY      bearer token for the gateway
  --size SIZE        side of the photos: ${Object.keys(PHOTO_SIZES).join(", ")} (224)
  --batch N          photos in a request (1)
  --clients N        closed loop: requests in flight (1)
  --rate N           open loop instead: requests a second
  --seconds N        (10)
  --requests N       at most (1000000)`;

/** Requests under way in an open loop; beyond it the machine measures itself. */
const INFLIGHT_MAX = 256;

/**
 * The job that arguments ask for, or nothing for `--help`.
 *
 * @throws {TypeError} for anything else that makes no sense.
 */
export function parseLoadArguments(args: string[]): LoadJob | undefined {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", default: false },
      way: { type: "string", default: "" },
      url: { type: "string", default: "" },
      model: { type: "string", default: "dct_512" },
      "api-key": { type: "string" },
      size: { type: "string", default: "224" },
      batch: { type: "string", default: "1" },
      clients: { type: "string", default: "1" },
      rate: { type: "string" },
      seconds: { type: "string", default: "10" },
      requests: { type: "string", default: "1000000" },
    },
  });
  if (values.help) return undefined;
  const { way, url, model, size, rate } = values;
  const apiKey = values["api-key"];
  if (!isWayName(way)) throw new TypeError(`--way must be one of ${WAY_NAMES.join(", ")}`);
  if (!URL.canParse(url)) throw new TypeError("--url must be a URL");
  if (!(size in PHOTO_SIZES)) {
    throw new TypeError(`--size must be one of ${Object.keys(PHOTO_SIZES)}`);
  }
  return {
    way,
    target: { url: url.replace(/\/$/, ""), model, ...(apiKey === undefined ? {} : { apiKey }) },
    photoSize: size as PhotoSize,
    batch: positive("batch", values.batch),
    pattern: rate === undefined
      ? { kind: "closed", clients: positive("clients", values.clients) }
      : { kind: "open", perSecond: positive("rate", rate), inflightMax: INFLIGHT_MAX },
    limits: {
      requestsMax: positive("requests", values.requests),
      secondsMax: positive("seconds", values.seconds),
      graceSeconds: 10,
    },
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new TypeError(`--${name} must be a positive number: it is ${text}`);
}
