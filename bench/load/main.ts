/** The load generator in a process of its own: see `LoadCommands`. */
import { serveCommands } from "../processes/commands.ts";
import { Alarm } from "../../testing/timing/alarm.ts";
import { LoadGenerator } from "./generator.ts";
import type { LoadCommands } from "./job.ts";

if (import.meta.main) {
  using alarm = new Alarm();
  await using generator = new LoadGenerator(alarm);
  await serveCommands<LoadCommands>({
    prepare: (job) => generator.prepare(job),
    run: () => generator.run(),
    embed: (count) => generator.embed(count),
    finish: () => generator.finish(),
  });
}
