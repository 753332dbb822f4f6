/** Time that stands still until a test moves it: timers, `performance.now` and `Date`. */
import { type Clock, install } from "./fake_timers.ts";

/** A clock that is given back when it is disposed. */
export interface FakeClock extends Disposable {
  /** Moves time on, running the timers that fall due and what waits for them. */
  tick(milliseconds: number): Promise<void>;
  /** Lets time pass at once, as if the thread had been held: timers that fell due meanwhile run late. */
  hold(milliseconds: number): void;
  /** Timers that are still set. */
  readonly timers: number;
}

/** Stops time. Sockets and workers go on as ever. */
export function stopTime(): FakeClock {
  const clock: Clock = install({
    toFake: [
      "setTimeout",
      "clearTimeout",
      "setInterval",
      "clearInterval",
      "performance",
      "Date",
    ],
  });
  return {
    tick: async (milliseconds) => void await clock.tickAsync(milliseconds),
    hold: (milliseconds) => void clock.jump(milliseconds),
    get timers() {
      return clock.countTimers();
    },
    [Symbol.dispose]: () => clock.uninstall(),
  };
}
