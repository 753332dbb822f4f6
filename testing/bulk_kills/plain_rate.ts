/** What a gateway gives to a load that does nothing but ask: its own figure. */
import { IMAGE_BATCH_TYPE, joinImages } from "../../gateway/contract/image_batch.ts";

/** Images of a request, as `bulk` sends small ones. */
const BATCH = 32;
/** Enough to keep a gateway busy, and few enough for it to refuse none: all of them may be one isolate's. */
const IN_FLIGHT = 4;

/** Photos a second, of files that are in memory, in batches as `bulk` sends them. @throws {Error} where one is refused. */
export async function plainRate(
  url: string,
  photos: readonly Uint8Array<ArrayBuffer>[],
): Promise<number> {
  const bodies = Array.from(
    { length: Math.ceil(photos.length / BATCH) },
    (_, batch) => joinImages(photos.slice(batch * BATCH, (batch + 1) * BATCH)),
  );
  const started = performance.now();
  const queue = bodies.values();
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    for (const body of queue) {
      const response = await fetch(`${url}/embed?on_error=item&encoding_format=base64`, {
        method: "POST",
        headers: { "content-type": IMAGE_BATCH_TYPE },
        body,
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The gateway answered ${response.status}`);
    }
  }));
  return photos.length / (performance.now() - started) * 1000;
}
