/** What good clients keep of their rate on a bad day. */
import type { LoadedPhase } from "./load_main.ts";

/** Shares of the rate that there was alone: 1 is all of it. */
export interface KeptShare {
  /** As clients saw it. */
  readonly raw: number;
  /** By photos a second of the gateway's processor time. */
  readonly corrected: number;
  /**
   * What is judged: on shared cores loads and attackers take what the gateway lacks, which a photo's price in the gateway's
   * own time does not see.
   */
  readonly judged: number;
  /** Both, for people. */
  readonly text: string;
}

/** Which phases are compared. */
export interface KeptShareOptions {
  readonly alone: Figures;
  readonly beside: Figures;
  /** Good replies a second that were asked for; all that there were alone unless given. */
  readonly offeredPerSecond?: number;
  /** Whether the gateway has cores of its own. */
  readonly isApart: boolean;
}

/** Of a load: good replies a second, for so long, by so much of the gateway's processor time. */
export type Figures = Pick<LoadedPhase, "goodputPerSecond" | "seconds" | "watchedCpuSeconds">;

/** Compares two loads of a gateway. */
export function keptShare(options: KeptShareOptions): KeptShare {
  const { alone, beside, offeredPerSecond = alone.goodputPerSecond, isApart } = options;
  const raw = beside.goodputPerSecond / offeredPerSecond;
  const corrected = goodPerCpuSecond(beside) / goodPerCpuSecond(alone);
  return {
    raw,
    corrected,
    judged: isApart ? raw : Math.max(raw, corrected),
    text: `${percent(raw)} raw, ${percent(corrected)} a second of the gateway's processor time`,
  };
}

/** Two loads of the same kind as one. */
export function together(one: Figures, other: Figures): Figures {
  const seconds = one.seconds + other.seconds;
  const good = ({ goodputPerSecond, seconds }: Figures) => goodputPerSecond * seconds;
  return {
    goodputPerSecond: (good(one) + good(other)) / seconds,
    seconds,
    watchedCpuSeconds: one.watchedCpuSeconds + other.watchedCpuSeconds,
  };
}

/** A share, for people. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function goodPerCpuSecond({ goodputPerSecond, seconds, watchedCpuSeconds }: Figures): number {
  return goodputPerSecond * seconds / watchedCpuSeconds;
}
