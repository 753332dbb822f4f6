/** Servers as they are after an hour: code that runs often is compiled, pools are full. */
import { closedJob } from "../load/job.ts";
import type { PhotoSize } from "../../testing/photo_set.ts";
import type { Deployment } from "./deployment.ts";

/** A JavaScript server takes some thousand requests until its hot code is compiled for good. */
const REQUESTS_MAX = 3000;
const CLIENTS = 4;

/** Loads every way, without the link, before anything is measured; tensors as JSON would take all the time. */
export async function warmUp(
  { generator, series }: Deployment,
  { photoSize, secondsMax }: { photoSize: PhotoSize; secondsMax: number },
): Promise<void> {
  for (const { way, direct } of series) {
    if (way === "triton-json") continue;
    const load = { way, target: direct, photoSize, clients: CLIENTS, seconds: secondsMax };
    const job = closedJob(load);
    await generator.call("prepare", {
      ...job,
      limits: { ...job.limits, requestsMax: REQUESTS_MAX },
    });
    await generator.call("run");
    await generator.call("finish");
  }
}
