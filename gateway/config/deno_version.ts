/** Which versions of Deno are known to serve, and what is wrong with others (docs/decisions/0001-deno-2-8-2.md). */

/** The version that every test and every figure is of. */
export const TESTED_DENO = "2.8.2";
/** From here on a Triton that stops gracefully may end this process; no later version without that was seen. */
const CRASHES_FROM = [2, 9, 4];
/** Versions between these, both included, close the connection behind every POST. */
const CLOSING = { from: [2, 8, 3], to: [2, 9, 5] };

/** What there is to say about a version; nothing of the one that is tested. */
export interface DenoVerdict {
  /** Whether the gateway must not start with it. */
  readonly isRefused: boolean;
  /** One line, with the cure. */
  readonly text: string;
}

/**
 * Judges the running Deno.
 *
 * @param version Such as `2.8.2`.
 * @param engine What the gateway calls: the crash is in Deno's HTTP/2 client, which the embedded engine has no use for.
 */
export function judgeDeno(version: string, engine: "embedded" | "triton"): DenoVerdict | undefined {
  if (version === TESTED_DENO) return undefined;
  const number = version.split(/[.+-]/).slice(0, 3).map(Number);
  const cure =
    `use Deno ${TESTED_DENO}, such as by npx -y deno@${TESTED_DENO} (docs/decisions/0001-deno-2-8-2.md)`;
  const isCrashing = engine === "triton" && compare(number, CRASHES_FROM) >= 0;
  if (isCrashing) {
    return {
      isRefused: true,
      text:
        `Deno ${version} may crash when Triton stops gracefully: ${cure}; GATEWAY_DENO_CHECK=warn starts all the same`,
    };
  }
  const isClosing = compare(number, CLOSING.from) >= 0 && compare(number, CLOSING.to) <= 0;
  const fault = isClosing ? "closes the connection behind every POST" : "is not tested";
  return { isRefused: false, text: `Deno ${version} ${fault}: ${cure}` };
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = right.findIndex((part, index) => part !== left[index]);
  return at < 0 ? 0 : Math.sign((left[at] ?? 0) - (right[at] ?? 0));
}
