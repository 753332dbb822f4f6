/** What is left of several pods where few connections are dealt out at random, and each stays where it is. */

/**
 * Share of all pods' capacity that clients can use until the busiest pod is full, 0 to 1: their connections are equally
 * busy, and so many of them were dealt out once. It is at least this in `certainty` of all deals.
 */
export function usableShare(connections: number, pods: number, certainty: number): number {
  let busiest = Math.ceil(connections / pods);
  while (chanceThatNoneHasMore(busiest, connections, pods) < certainty) busiest++;
  return connections / pods / busiest;
}

/** Of some pods none has more than `most` of the connections. */
function chanceThatNoneHasMore(most: number, connections: number, pods: number): number {
  // One pod more in each step: entry `rest` is the chance where the pods until then have so many connections.
  let chances = Array.from({ length: connections + 1 }, (_, rest) => Number(rest <= most));
  for (let pod = 2; pod <= pods; pod++) {
    chances = chances.map((_, rest) => {
      let sum = 0;
      // That the pod has so many of them: the binomial distribution, from one term to the next.
      let chance = (1 - 1 / pod) ** rest;
      for (let has = 0; has <= Math.min(most, rest); has++) {
        sum += chance * (chances[rest - has] ?? 0);
        chance *= (rest - has) / (has + 1) / (pod - 1);
      }
      return sum;
    });
  }
  return chances[connections] ?? NaN;
}
