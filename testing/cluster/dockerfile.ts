/** Reads a Dockerfile, as far as those of this project go, for machines without a builder. */

/** An instruction, its continued lines joined. */
export interface Instruction {
  /** In capitals, such as `RUN`. */
  readonly name: string;
  readonly value: string;
}

/** What a builder writes into an image's configuration. */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  /** `NAME=VALUE` each. */
  readonly Env: readonly string[];
  readonly WorkingDir: string;
  readonly User: string;
  readonly StopSignal: string;
}

/** A `COPY`: paths in the build context, and where they go. */
export interface Copy {
  readonly sources: readonly string[];
  readonly target: string;
  /** Octal digits, such as `0755`; undefined leaves the mode. */
  readonly mode: string | undefined;
  /** `UID:GID`; undefined is root. */
  readonly owner: string | undefined;
}

/** A place among folders, whatever the instructions before it said. */
export interface Step {
  readonly instruction: Instruction;
  readonly workingDir: string;
  /** `NAME=VALUE` each: `ARG` and `ENV` so far. */
  readonly env: readonly string[];
}

/** Instructions that change neither files nor how the image starts. */
const WITHOUT_EFFECT = ["FROM", "SHELL", "EXPOSE", "HEALTHCHECK"];

/** Instructions in order, without comments. */
export function parseDockerfile(text: string): Instruction[] {
  const joined = text.split("\n").filter((line) => !/^\s*#/.test(line)).join("\n")
    .replaceAll(/\\\n\s*/g, "");
  return joined.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const [, name = "", value = ""] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
    return { name: name.toUpperCase(), value };
  });
}

/**
 * The steps that change files (`RUN`, `COPY`), each with what holds at its place, and the configuration at the end.
 *
 * @param args What `--build-arg` would give; other arguments have their defaults.
 * @throws {SyntaxError} for an instruction that this does not know.
 */
export function planImage(
  instructions: readonly Instruction[],
  base: Pick<ImageConfig, "Env">,
  args: Readonly<Record<string, string>>,
): { readonly steps: readonly Step[]; readonly config: ImageConfig } {
  const steps: Step[] = [];
  const [env, build] = [new Map(base.Env.map(pair)), new Map<string, string>()];
  let config = { Entrypoint: [] as string[], WorkingDir: "/", User: "0:0", StopSignal: "SIGTERM" };
  for (const instruction of instructions) {
    const { name, value } = instruction;
    if (name === "RUN" || name === "COPY") {
      const all = new Map([...build, ...env]);
      steps.push({ instruction, workingDir: config.WorkingDir, env: lines(all) });
    } else if (name === "ENV") {
      for (const word of value.split(/\s+/)) env.set(...pair(expand(word, env)));
    } else if (name === "ARG") {
      const [key, initial] = pair(value);
      build.set(key, args[key] ?? initial);
    } else if (name === "WORKDIR") config = { ...config, WorkingDir: value };
    else if (name === "USER") config = { ...config, User: value };
    else if (name === "STOPSIGNAL") config = { ...config, StopSignal: value };
    else if (name === "ENTRYPOINT") config = { ...config, Entrypoint: JSON.parse(value) };
    else if (!WITHOUT_EFFECT.includes(name)) {
      throw new SyntaxError(`Cannot build an image as its Dockerfile says ${name} ${value}`);
    }
  }
  return { steps, config: { ...config, Env: lines(env) } };
}

/** @throws {SyntaxError} for an option that this does not know. */
export function parseCopy(value: string): Copy {
  const words = value.split(/\s+/);
  const options = words.filter((word) => word.startsWith("--"));
  const paths = words.slice(options.length);
  const option = (name: string) =>
    options.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const copy = {
    sources: paths.slice(0, -1),
    target: paths.at(-1) ?? "",
    mode: option("chmod"),
    owner: option("chown"),
  };
  if (options.length === [copy.mode, copy.owner].filter((given) => given !== undefined).length) {
    return copy;
  }
  throw new SyntaxError(`Cannot build an image as its Dockerfile says COPY ${value}`);
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function lines(variables: ReadonlyMap<string, string>): string[] {
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name) => variables.get(name) ?? "");
}
