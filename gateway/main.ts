// deno-lint-ignore-file no-console
/** `deno task start`: environment → configuration → gateway → signal → exit code. */
import { ModelNotFoundError } from "../models/repository/find_model.ts";
import { checkConfig, oneLine } from "./check_config.ts";
import { EXIT_USAGE, parseProgramArguments, UsageError } from "../command/program.ts";
import { composeGateway } from "./compose_isolates.ts";
import { parseConfig, SETTING_NAMES } from "./config/config.ts";
import type { Config } from "./config/config_fields.ts";
import { describeServiceLinks } from "./config/service_links.ts";
import { judgeDeno } from "./config/deno_version.ts";
import { isWhole, raiseFence } from "./fence/fence.ts";
import { GnuAllocator, returnFreeMemory } from "./free_memory.ts";
import { KSERVE_OPTIONS, kserveProblems } from "./kserve_arguments.ts";
import { Logger } from "./telemetry/logger.ts";

const HELP = `Usage: deno task start [--check-config] [KServe's arguments]

Serves embeddings of photos over HTTP. Settings come from the environment; docs/reference/settings.md lists them.

  --check-config  print the values that will hold, look for the model, and exit
  --help          print this text and exit

KServe gives a transformer --model_name, --predictor_host, --http_port and --workers: they set nothing, and what they say
must be what the settings say.

Exit codes: 0 stopped by a signal, every request answered; 1 could not start, or requests were cut off;
64 the configuration or this Deno is bad, the model is not there, or --check-config found what would stop the start.`;

/** Windows has no SIGTERM. */
const END_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];
const PROGRAM = {
  help: HELP,
  options: {
    "check-config": { type: "boolean" },
    // Of gateway/command.sh: names of variables that may be settings, separated by commas.
    settings: { type: "string", multiple: true },
    ...KSERVE_OPTIONS,
  },
} as const;
const SAME_MOMENT_MS = 500;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(HELP);
    return 0;
  }
  const { "check-config": isCheck, settings = [], ...kserve } =
    parseProgramArguments(PROGRAM, args).values;
  const { config, problems: badSettings, serviceLinks } = parseConfig(environment(settings));
  const problems = [...badSettings, ...kserveProblems(kserve, config)];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) return EXIT_USAGE;
  const links = serviceLinks.length === 0
    ? undefined
    : describeServiceLinks(serviceLinks, config.port);
  const deno = judgeDeno(Deno.version.deno, config.engine);
  if (deno?.isRefused && config.denoCheck === "require") {
    console.error(deno.text);
    return EXIT_USAGE;
  }
  if (isCheck) {
    for (const text of [deno?.text, links]) if (text !== undefined) console.error(text);
    return await check(config);
  }
  const signal = nextSignal(END_SIGNALS);
  const fence = raiseFence(config, [codeCache()]);
  const logger = new Logger(config);
  if (deno !== undefined) logger.log("warn", deno.text);
  if (links !== undefined) logger.log("info", links);
  if (config.fence === "off") logger.log("warn", "not fenced, as GATEWAY_FENCE says");
  else logger.log(isWhole(fence) ? "info" : "warn", "fenced", { ...fence });
  await using gateway = await composeGateway(config);
  using allocator = GnuAllocator.open();
  using _ = allocator && returnFreeMemory(allocator);
  const name = await signal;
  // A second Ctrl-C means now; a second SIGTERM is only a supervisor that tells the whole group, and a second SIGINT in
  // the same moment only `deno task`, which passes on what the terminal has sent to both.
  const isNow = () => nextSignal(["SIGINT"]).then(() => Deno.exit(1));
  if (name === "SIGINT") setTimeout(isNow, SAME_MOMENT_MS);
  else isNow();
  return await gateway.drain(name) ? 0 : 1;
}

async function check(config: Config): Promise<number> {
  const { lines, problems } = await checkConfig(config);
  for (const line of lines) console.log(line);
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : EXIT_USAGE;
}

/** Variables that may be settings: only who may read all of them may list them, so that is done outside. */
function environment(settings: readonly string[]): Record<string, string | undefined> {
  const listed = settings.flatMap((names) => names.split(",")).filter((name) => name !== "");
  return Object.fromEntries(
    [...SETTING_NAMES, ...listed].map((name) => [name, Deno.env.get(name)]),
  );
}

/** Where Deno keeps what it compiled, by its own rules. */
function codeCache(): string {
  const { env } = Deno;
  const caches = env.get("XDG_CACHE_HOME") ?? `${env.get("HOME")}/.cache`;
  return env.get("DENO_DIR") ?? `${caches}/deno`;
}

/** Waits for one of the signals; from then on they no longer end the process by themselves. */
function nextSignal(names: readonly Deno.Signal[]): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  for (const name of names) Deno.addSignalListener(name, () => resolve(name));
  return promise;
}

/** One line, since what an operator did needs no stack. */
function problemOf(error: unknown): string {
  const text = oneLine(error);
  return /Too many open files|os error 24/.test(text)
    ? `${text}; the limit of open files (ulimit -n, LimitNOFILE) should be 65536`
    : text;
}

if (import.meta.main) {
  try {
    // Explicit, since timers and workers of a request that was cut off would keep the process alive.
    Deno.exit(await main(Deno.args));
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(isUsage ? `${error.message}\n\n${HELP}` : problemOf(error));
    // What stays bad however often a supervisor tries.
    Deno.exit(isUsage || error instanceof ModelNotFoundError ? EXIT_USAGE : 1);
  }
}
