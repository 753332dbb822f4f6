/** Counts what came of the soak's requests. */

/** One line of the report: a kind of request and what it must come to. */
export interface TallyLine {
  readonly name: string;
  readonly expected: string;
  /** Requests that came to what they must. */
  readonly met: number;
  /** Requests by what they came to instead. */
  readonly unmet: ReadonlyMap<string, number>;
}

/** Outcomes by kind of request. */
export class Tally {
  readonly #lines = new Map<
    string,
    { expected: string; met: number; unmet: Map<string, number> }
  >();

  add(name: string, expected: string, outcome: string): void {
    const line = this.#lines.get(name) ?? { expected, met: 0, unmet: new Map<string, number>() };
    this.#lines.set(name, line);
    if (outcome === expected) line.met++;
    else line.unmet.set(outcome, (line.unmet.get(outcome) ?? 0) + 1);
  }

  get lines(): TallyLine[] {
    return [...this.#lines].map(([name, line]) => ({ name, ...line }));
  }

  get met(): number {
    return this.lines.reduce((sum, { met }) => sum + met, 0);
  }

  get unmet(): number {
    return this.lines.flatMap(({ unmet }) => [...unmet.values()]).reduce((sum, n) => sum + n, 0);
  }
}
