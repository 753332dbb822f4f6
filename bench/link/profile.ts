/** The links a benchmark can run over. */

/** A link between a client and a data centre, the same in both directions. */
export interface LinkProfile {
  readonly name: string;
  /** Round trip, half of it each way. */
  readonly rttMs: number;
  /** Bandwidth of each direction; `Infinity` passes bytes on as they come. */
  readonly mbitPerSecond: number;
}

/** Profiles by name. `wan` is the line of the people who had the problem. */
export const LINK_PROFILES: Readonly<Record<string, LinkProfile>> = {
  none: { name: "none", rttMs: 0, mbitPerSecond: Infinity },
  lan: { name: "lan", rttMs: 0.5, mbitPerSecond: 1000 },
  "fast-wan": { name: "fast-wan", rttMs: 10, mbitPerSecond: 300 },
  wan: { name: "wan", rttMs: 25, mbitPerSecond: 30 },
  lte: { name: "lte", rttMs: 50, mbitPerSecond: 12 },
};

/** Bytes that a link carries in a millisecond. */
export function bytesPerMs(profile: LinkProfile): number {
  return profile.mbitPerSecond * 125;
}

/** A link in words. */
export function describeProfile({ name, rttMs, mbitPerSecond }: LinkProfile): string {
  const rate = Number.isFinite(mbitPerSecond) ? `${mbitPerSecond} Mbit/s` : "unlimited";
  return `${name}: ${rttMs} ms round trip, ${rate}`;
}
