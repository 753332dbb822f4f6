// deno-lint-ignore-file no-console
/**
 * Adds up the suites of a CI run into its closing line, `N passed, N failed`, with `, N skipped` where
 * there were any, and exits 1 if anything failed.
 *
 * Each argument is a suite, `NAME=EXIT_STATUS[:LOG]`; LOG is what `deno test` printed, and a suite without one is no
 * test but a check. The counts are those of `deno test`'s own summary: its JUnit report leaves out modules that
 * failed outside a test, and counts steps as tests.
 */

/** One command of a CI run, as it ended. */
export interface Suite {
  readonly name: string;
  readonly status: number;
  /** What a suite of tests printed; a check has none. */
  readonly log?: string;
}

/** Of a check that could not be done: neither passed nor failed. It is sysexits.h's EX_UNAVAILABLE. */
const NOT_DONE = 69;

/** Tests by outcome. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;

/**
 * Counts of one suite, from all summaries in its log.
 *
 * A check that could not be done is ignored. What went wrong outside the tests counts as one failure: a non-zero status without a failed test, and a log in
 * which no test ran. So the counts never claim a success that the statuses deny.
 */
export function countSuite(suite: Suite): Counts {
  if (suite.log === undefined && suite.status === NOT_DONE) {
    return { passed: 0, failed: 0, ignored: 1 };
  }
  let [passed, failed, ignored] = [0, 0, 0];
  for (const match of stripColors(suite.log ?? "").matchAll(SUMMARY)) {
    passed += Number(match[1]);
    failed += Number(match[2]);
    ignored += Number(match[3] ?? 0);
  }
  const ranNothing = suite.log !== undefined && passed + failed === 0;
  if (failed === 0 && (suite.status !== 0 || ranNothing)) failed = 1;
  return { passed, failed, ignored };
}

/** Sums counts. */
export function addCounts(counts: readonly Counts[]): Counts {
  return counts.reduce((sum, { passed, failed, ignored }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    ignored: sum.ignored + ignored,
  }), { passed: 0, failed: 0, ignored: 0 });
}

/** An argument taken apart; the log is still a path. */
export interface SuiteArgument {
  readonly name: string;
  readonly status: number;
  readonly logPath: string | undefined;
}

/**
 * Reads `NAME=EXIT_STATUS[:LOG]`.
 *
 * @throws {SyntaxError} when the argument has another form.
 */
export function parseSuiteArgument(argument: string): SuiteArgument {
  const match = /^([^=]+)=(\d+)(?::(.+))?$/.exec(argument);
  if (match === null) {
    throw new SyntaxError(
      `Cannot read suite as it must be NAME=EXIT_STATUS[:LOG]: current value is ${argument}`,
    );
  }
  const [, name = "", status = "", logPath] = match;
  return { name, status: Number(status), logPath };
}

function stripColors(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

async function readSuite(argument: string): Promise<Suite> {
  const { name, status, logPath } = parseSuiteArgument(argument);
  if (logPath === undefined) return { name, status };
  return { name, status, log: await Deno.readTextFile(logPath) };
}

async function main(args: readonly string[]): Promise<number> {
  const suites = await Promise.all(args.map(readSuite));
  const counts = suites.map(countSuite);
  suites.forEach(({ name, status, log }, index) => {
    const { passed, failed, ignored } = counts[index] ?? addCounts([]);
    const detail = log === undefined
      ? ""
      : `: ${passed} passed, ${failed} failed, ${ignored} ignored`;
    // Standard output is for the closing line alone.
    console.error(`${name} exited with ${status}${detail}`);
  });
  const total = addCounts(counts);
  const skipped = total.ignored > 0 ? `, ${total.ignored} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
