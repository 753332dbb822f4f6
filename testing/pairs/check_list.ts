// deno-lint-ignore-file no-console
/** Checks of a run, printed as they pass or fail. */

const NAME_WIDTH = 84;

/** What passed and what failed; a check that throws does not keep others from running. */
export class CheckList {
  #passed = 0;
  #failed = 0;

  /** Runs a check and prints a line; a number that it gives is the largest difference. */
  async run(name: string, check: () => Promise<number | void>): Promise<void> {
    try {
      const difference = await check();
      this.#passed++;
      const figure = difference === undefined ? "" : difference.toExponential(1);
      console.log(`${name.padEnd(NAME_WIDTH)} ok    ${figure}`.trimEnd());
    } catch (error) {
      this.#failed++;
      const reason = error instanceof Error ? error.message : String(error);
      console.log(`${name.padEnd(NAME_WIDTH)} FAILS ${reason}`);
    }
  }

  /** Whether none failed. */
  get isGood(): boolean {
    return this.#failed === 0;
  }

  /** Both counts, in words. */
  toString(): string {
    return `${this.#passed} passed, ${this.#failed} failed`;
  }
}
