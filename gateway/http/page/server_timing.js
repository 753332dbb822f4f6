/** Where the time of a request went: the gateway's phases, and what it did not see. */

/**
 * Reads a `Server-Timing` header (W3C Server Timing): names and milliseconds, in their order.
 * What has no duration is left out.
 */
export function parseServerTiming(header) {
  return header.split(",").flatMap((entry) => {
    const [name, ...parameters] = entry.split(";").map((part) => part.trim());
    const duration = parameters.map((text) => /^dur="?(\d+(?:\.\d+)?)"?$/i.exec(text)?.[1])
      .find((text) => text !== undefined);
    return name === "" || duration === undefined ? [] : [{ name, ms: Number(duration) }];
  });
}

/**
 * Splits the time that this page waited: each phase, what else the gateway did, and the way to it and back, which is
 * what neither knows better.
 */
export function splitTime(header, waitedMs) {
  const entries = parseServerTiming(header);
  const phases = entries.filter(({ name }) => name !== "total");
  const known = phases.reduce((sum, { ms }) => sum + ms, 0);
  const total = Math.max(known, entries.find(({ name }) => name === "total")?.ms ?? 0);
  return [
    ...phases,
    { name: "rest", ms: total - known },
    { name: "line", ms: Math.max(0, waitedMs - total) },
  ].filter(({ ms }) => ms >= 0.005);
}
