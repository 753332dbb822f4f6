/** Log lines for a person at a terminal: time, level, message, and what is known as `key=value`. */

/** Of lists and objects, which as JSON lines are whole; every setting is one of them. */
const NESTED_LENGTH_MAX = 120;
const LEVEL_LENGTH = 5;

/** What may move a cursor, end a line or turn text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line without its end; the time is that of the day, in UTC. */
export function logText(
  { time, level, message, ...fields }: {
    /** ISO 8601. */
    readonly time: string;
    readonly level: string;
    readonly message: string;
    readonly [field: string]: unknown;
  },
): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${valueText(value)}`);
  return [time.slice(time.indexOf("T") + 1), level.padEnd(LEVEL_LENGTH), message, ...pairs]
    .join(" ")
    .replace(UNPRINTABLE, escaped);
}

function valueText(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return value;
  const json = JSON.stringify(value) ?? "";
  if (typeof value !== "object" || json.length <= NESTED_LENGTH_MAX) return json;
  return `${json.slice(0, NESTED_LENGTH_MAX)}…`;
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
