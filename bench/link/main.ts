/**
 * The shaped link in a process of its own, so that its waking up does not depend on anybody's load.
 *
 * Takes `LinkCommand`s as lines of JSON, answers each with a line, and ends with its standard input.
 */
import { serveCommands } from "../processes/commands.ts";
import { Alarm } from "../timing/alarm.ts";
import { type LinkTarget, type LinkTraffic, ShapedLink } from "./proxy.ts";
import type { LinkProfile } from "./profile.ts";

/** What the process understands; `start` comes first. */
export type LinkCommand =
  | { readonly command: "start"; readonly profile: Omit<LinkProfile, "name"> }
  | { readonly command: "open"; readonly target: LinkTarget }
  | { readonly command: "reset" }
  | { readonly command: "traffic" };

/** Its answers, by command. */
export interface LinkAnswers {
  readonly start: Record<never, never>;
  readonly open: { readonly port: number };
  readonly reset: Record<never, never>;
  readonly traffic: LinkTraffic;
}

if (import.meta.main) {
  using alarm = new Alarm();
  let link: ShapedLink | undefined;
  await serveCommands<LinkCommand>((command) => {
    if (command.command === "start") {
      const { rttMs, mbitPerSecond } = command.profile;
      // JSON has no infinity.
      const rate = mbitPerSecond ?? Infinity;
      link = new ShapedLink({ name: "link", rttMs, mbitPerSecond: rate }, alarm);
      return {};
    }
    if (link === undefined) throw new TypeError("Cannot use the link before start");
    if (command.command === "open") return { port: link.open(command.target) };
    if (command.command === "reset") return (link.reset(), {});
    return link.traffic();
  });
  link?.[Symbol.dispose]();
  // Connections that clients keep open would keep the process alive.
  Deno.exit(0);
}
