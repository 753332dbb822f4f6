/** The grants of paths that a command line asks for, as Deno's own arguments. */
import { resolve } from "node:path";

/** A program with its grants, as a task of deno.json gives them, and what was typed after it. */
export interface Launch {
  /**
   * Where paths to read come from: `FILE` for arguments that are no options, `FILE/NAME` for what is called so in them,
   * `--NAME` for an option's value, `--NAME+.END` for that with an end, or a variable; `COMMAND:…` where that is the first
   * argument.
   */
  readonly reads: readonly string[];
  /** As `reads`, for what the program may write. */
  readonly writes: readonly string[];
  /** Name of its permission set. */
  readonly set: string;
  /** More arguments of `deno run`. */
  readonly flags: readonly string[];
  /** Path of the program, from the project's root. */
  readonly program: string;
  /** Of the program. */
  readonly args: readonly string[];
}

/** Where paths begin, and the environment that was there. */
export interface Standpoint {
  /** Where the person stands: arguments are relative to it. */
  readonly from: string;
  /** Root of the project: variables are relative to it. */
  readonly project: string;
  /** What `~` stands for; `undefined` where nobody knows. */
  readonly home: string | undefined;
  /** Gives the value of a variable. */
  readonly env: (name: string) => string | undefined;
}

const OWN_FLAG = /^(?:--read=|--write=|-P=)/;

/**
 * Reads `[--read=NAMES] [--write=NAMES] [FLAG…] -P=SET PROGRAM.ts [ARGUMENT…]`.
 *
 * @throws {TypeError} when there is no program.
 */
export function parseLaunch(args: readonly string[]): Launch {
  const end = args.findIndex((arg) => arg.endsWith(".ts"));
  const program = args[end];
  if (program === undefined) throw new TypeError("Cannot launch without a program");
  const valueOf = (flag: string) =>
    args.slice(0, end).find((arg) => arg.startsWith(flag))?.slice(flag.length) ?? "";
  const namesOf = (flag: string) => valueOf(flag).split(",").filter((name) => name !== "");
  return {
    reads: namesOf("--read="),
    writes: namesOf("--write="),
    set: valueOf("-P="),
    flags: args.slice(0, end).filter((arg) => !OWN_FLAG.test(arg)),
    program,
    args: args.slice(end + 1),
  };
}

/**
 * The program's arguments, with `~` replaced where no shell does so, as in `--option=~/photos`, and paths that are options'
 * values made absolute: the program runs in the project's root, where Deno's permission sets have their relative paths.
 * What is no option stays as it was typed, to be printed so.
 */
export function absoluteArguments(
  { reads, writes, args }: Launch,
  standpoint: Standpoint,
): string[] {
  const names = [...reads, ...writes].filter((name) => name.startsWith("--"))
    .map((name) => optionOf(name).option);
  const { from, home } = standpoint;
  let isOption = true;
  return args.map((arg, index) => {
    const typed = home === undefined ? arg : arg.replace(HOME, (_, option = "") => option + home);
    const before = args[index - 1];
    if (before === "--") isOption = false;
    if (!isOption) return typed;
    if (before !== undefined && names.includes(before)) return absolute(typed, from);
    const name = names.find((name) => typed.startsWith(`${name}=`));
    return name === undefined ? typed : `${name}=${absolute(typed.slice(name.length + 1), from)}`;
  });
}

/** At the begin of an argument, or of an option's value. */
const HOME = /^(--[\w-]+=)?~(?=\/|$)/;

/** Nothing is no path. */
function absolute(path: string, from: string): string {
  return path === "" ? "" : resolve(from, path);
}

/** Of a permission set of deno.json, what paths may extend. */
export interface PermissionSet {
  readonly read?: true | readonly string[];
  readonly write?: true | readonly string[];
}

/**
 * What `deno run` is to be given beside a set: such an argument takes the place of the set's own list, which is repeated.
 */
export function pathGrants(
  { reads, writes, args }: Pick<Launch, "reads" | "writes" | "args">,
  set: PermissionSet,
  { from, project, env }: Standpoint,
): string[] {
  const pathsOf = (names: readonly string[]) =>
    names.flatMap((whole) => {
      const [, command = args[0], name = ""] = /^(?:(\w+):)?(.*)$/.exec(whole) ?? [];
      if (command !== args[0]) return [];
      if (name === "FILE" || name.startsWith("FILE/")) {
        return plainArguments(args).map((path) => resolve(from, path, name.slice("FILE/".length)));
      }
      if (name.startsWith("--")) {
        const { option, end } = optionOf(name);
        return valuesOf(option, args).map((path) => resolve(from, path) + end);
      }
      const value = env(name);
      return value ? [resolve(project, value)] : [];
    });
  const grants = (kind: "read" | "write", names: readonly string[]) => {
    const { [kind]: own = [] } = set;
    const paths = pathsOf(names);
    if (own === true || paths.length === 0) return [];
    return [...own, ...paths].map((path) => `--allow-${kind}=${asGrant(path)}`);
  };
  return [...grants("read", reads), ...grants("write", writes)];
}

/** `--out+.part` is the option `--out` and what is put behind its value. */
function optionOf(name: string): { readonly option: string; readonly end: string } {
  const [option = "", end = ""] = name.split("+");
  return { option, end };
}

/** Two commas are one in Deno's lists, which a single one divides. */
function asGrant(path: string): string {
  return path.replaceAll(",", ",,");
}

/** What is no option; a value that stands apart from its option is taken along, which grants a file of that name. */
function plainArguments(args: readonly string[]): string[] {
  const { options, rest } = atDashes(args);
  return [...options.filter((arg) => !arg.startsWith("-")), ...rest].filter((arg) => arg !== "");
}

/** Of an option that may be there more than once. */
function valuesOf(name: string, args: readonly string[]): string[] {
  const { options } = atDashes(args);
  return options.flatMap((arg, index) => {
    if (arg.startsWith(`${name}=`)) return [arg.slice(name.length + 1)];
    return arg === name ? [options[index + 1] ?? ""] : [];
  }).filter((value) => value !== "");
}

/** What stands before `--`, and after it. */
function atDashes(
  args: readonly string[],
): { options: readonly string[]; rest: readonly string[] } {
  const end = args.indexOf("--");
  return end < 0
    ? { options: args, rest: [] }
    : { options: args.slice(0, end), rest: args.slice(end + 1) };
}
