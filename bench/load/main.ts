// deno-lint-ignore-file no-console
/** The load generator in a process of its own; see `LoadCommand`, or `deno task bench:load --help` for use by hand. */
import { runProgram } from "../../command/program.ts";
import { serveCommands } from "../processes/commands.ts";
import { Alarm } from "../timing/alarm.ts";
import { LOAD_PROGRAM, toLoadJob } from "./arguments.ts";
import { LoadGenerator } from "./generator.ts";
import type { LoadCommand, LoadJob } from "./job.ts";

/** Serves the benchmark that started this process. */
async function serve(generator: LoadGenerator): Promise<void> {
  await serveCommands<LoadCommand>(async (request) => {
    if (request.command === "prepare") return await generator.prepare(request.job);
    if (request.command === "run") return await generator.run();
    if (request.command === "embed") return await generator.embed(request.photos);
    await generator.finish();
    return {};
  });
}

/** One load, its result on standard output. */
async function runOnce(generator: LoadGenerator, job: LoadJob): Promise<void> {
  await generator.prepare(job);
  console.log(JSON.stringify(await generator.run(), null, 2));
}

if (import.meta.main) {
  using alarm = new Alarm();
  await using generator = new LoadGenerator(alarm);
  if (Deno.args[0] === "--serve") await serve(generator);
  else await runProgram(LOAD_PROGRAM, (parsed) => runOnce(generator, toLoadJob(parsed)));
}
