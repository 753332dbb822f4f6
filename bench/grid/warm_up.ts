/** Servers as they are after an hour: code that runs often is compiled, pools are full. */
import type { PhotoSize } from "../photos/photo_set.ts";
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
    await generator.prepare({
      way,
      target: direct,
      photoSize,
      batch: 1,
      pattern: { kind: "closed", clients: CLIENTS },
      limits: { requestsMax: REQUESTS_MAX, secondsMax, graceSeconds: 5 },
    });
    await generator.run();
    await generator.finish();
  }
}
