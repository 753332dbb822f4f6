/** Waits for a gateway that is to serve, or to serve again. */
import { pause } from "./bad_day.ts";

const GIVE_UP_MS = 60_000;
const REPLY_MS_MAX = 10_000;

/** Sends a photo until it is embedded, by the model of a name if one is given; when that was, infinite if it never is. */
export async function untilServing(url: string, model?: string): Promise<number> {
  const photo = await Deno.readFile(new URL("../photos/cat_half.jpg", import.meta.url));
  const query = model === undefined ? "" : `?model=${model}`;
  const giveUpMs = performance.now() + GIVE_UP_MS;
  while (performance.now() < giveUpMs) {
    const headers = { "content-type": "image/jpeg" };
    const signal = AbortSignal.timeout(REPLY_MS_MAX);
    const request = { method: "POST", headers, body: photo, signal };
    const status = await fetch(`${url}/embed${query}`, request)
      .then(async (response) => (await response.arrayBuffer(), response.status), () => 0);
    if (status === 200) return performance.now();
    await pause(5);
  }
  return Infinity;
}
