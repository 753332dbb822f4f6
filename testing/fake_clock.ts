/** Time that stands still until a test moves it: `setTimeout`, `performance.now` and `Date`. */
import { type Clock, install } from "@sinonjs/fake-timers";

/** A clock that is given back when it is disposed. */
export interface FakeClock extends Disposable {
  /** Moves time on, running the timers that fall due and what waits for them. */
  tick(milliseconds: number): Promise<void>;
  /** Timers that are still set. */
  readonly timers: number;
}

/** Stops time. Sockets and workers go on as ever. */
export function stopTime(): FakeClock {
  const clock: Clock = install({
    toFake: ["setTimeout", "clearTimeout", "performance", "Date"],
  });
  return {
    tick: async (milliseconds) => void await clock.tickAsync(milliseconds),
    get timers() {
      return clock.countTimers();
    },
    [Symbol.dispose]: () => clock.uninstall(),
  };
}
