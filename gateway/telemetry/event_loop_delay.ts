/** How late the main thread's timers fire: what any request may have to wait for it. */

/** Waking an idle process costs it up to 0.25 ms; this often, that is a quarter of a percent of a core. */
const INTERVAL_MS = 100;

/** Reports the delay of a timer, in seconds, again and again until disposed. */
export function watchEventLoopDelay(report: (seconds: number) => void): Disposable {
  let dueMs = performance.now() + INTERVAL_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    report(Math.max(0, nowMs - dueMs) / 1000);
    dueMs = nowMs + INTERVAL_MS;
  }, INTERVAL_MS);
  // Nobody's reason to stay alive.
  Deno.unrefTimer(timer);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
