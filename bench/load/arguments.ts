/** The command line of `deno task bench:load`. */
import { oneOf, type Parsed, positive, UsageError } from "../../command/program.ts";
import { PHOTO_SIZE_NAMES } from "../photos/photo_set.ts";
import { WAY_NAMES } from "../ways/registry.ts";
import type { LoadJob } from "./job.ts";

const HELP = `Usage: deno task bench:load --way WAY --url URL [options]

Loads one server and prints the figures as JSON.

  --way WAY          ${WAY_NAMES.join(", ")}
  --url URL          such as http://127.0.0.1:8080
  --model NAME       model on Triton (dct_512)
  --api-key KEY      bearer token for the gateway
  --size SIZE        side of the photos: ${PHOTO_SIZE_NAMES.join(", ")} (224)
  --batch N          photos in a request (1)
  --clients N        closed loop: requests in flight (1)
  --rate N           open loop instead: requests a second
  --seconds N        (10)
  --requests N       at most (1000000)`;

/** The program's arguments. */
export const LOAD_PROGRAM = {
  help: HELP,
  options: {
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
} as const;

/** Requests under way in an open loop; beyond it the machine measures itself. */
const INFLIGHT_MAX = 256;

/**
 * The job that arguments ask for.
 *
 * @throws {UsageError} for what makes no sense.
 */
export function toLoadJob({ values }: Parsed<typeof LOAD_PROGRAM>): LoadJob {
  const { url, model, rate } = values;
  const apiKey = values["api-key"];
  if (!URL.canParse(url)) throw new UsageError("--url must be a URL");
  return {
    way: oneOf("way", values.way, WAY_NAMES),
    target: { url: url.replace(/\/$/, ""), model, ...(apiKey === undefined ? {} : { apiKey }) },
    photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
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
