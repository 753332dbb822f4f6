// deno-lint-ignore-file no-console
/** How programs for developers read their arguments, answer `--help` and refuse what makes no sense. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { plainMessage } from "./plain_message.ts";

/** sysexits.h: the command was used wrongly. */
export const EXIT_USAGE = 64;

/** Arguments make no sense; the message is for whoever typed them. */
export class UsageError extends TypeError {}

/** What a program takes; `--help` comes by itself. */
export interface ProgramArguments extends Pick<ParseArgsConfig, "options" | "allowPositionals"> {
  readonly help: string;
}

/** What `parseArgs()` makes of them. */
export type Parsed<T extends ProgramArguments> = ReturnType<
  typeof parseArgs<{ options: NonNullable<T["options"]>; allowPositionals: T["allowPositionals"] }>
>;

/**
 * Runs a program with the arguments of this process. Prints its help when asked; the reason and the usage, with exit code 64,
 * when the arguments are wrong; why it failed, with exit code 1, where that is no mistake in the program.
 */
export async function runProgram<const T extends ProgramArguments>(
  expected: T,
  run: (parsed: Parsed<T>) => Promise<void>,
): Promise<void> {
  if (asksForHelp(Deno.args)) return console.log(expected.help);
  try {
    await run(parseProgramArguments(expected, Deno.args));
  } catch (error) {
    if (!(error instanceof Error) || isMistake(error)) throw error;
    const isUsage = error instanceof UsageError;
    const message = plainMessage(error);
    console.error(isUsage ? `${message}\n\n${usageOf(expected.help)}` : message);
    Deno.exitCode = isUsage ? EXIT_USAGE : 1;
  }
}

/** How a help begins: behind all of it, the reason that stands before would be out of sight. */
function usageOf(help: string): string {
  const [usage] = help.split("\n\n", 1);
  return `${usage}\n--help says more.`;
}

/** Whether an error is the program's own fault, which needs its stack. What `fetch()` throws has a class of them. */
function isMistake(error: Error): boolean {
  if (error instanceof UsageError || error.message.startsWith("error sending request")) {
    return false;
  }
  return [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

/** @throws {UsageError} for arguments that a program does not take. */
export function parseProgramArguments<const T extends ProgramArguments>(
  { options, allowPositionals }: T,
  args: readonly string[],
): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals }) as Parsed<T>;
  } catch (error) {
    // Behind the first sentence, it explains a way of writing that no program here needs.
    const [message] = (error as Error).message.split(". To specify", 1);
    throw new UsageError(message, { cause: error });
  }
}

/** @throws {UsageError} unless the text is a number above zero. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && value < Infinity) return value;
  throw new UsageError(`--${name} must be a positive number: it is ${text}`);
}

/** @throws {UsageError} unless the text is one of those allowed. An argument's name is in capitals, as in the help. */
export function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  const shown = name === name.toUpperCase() ? name : `--${name}`;
  throw new UsageError(`${shown} must be of ${allowed.join(", ")}: it is ${text}`);
}
