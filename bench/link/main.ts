/**
 * The shaped link in a process of its own, so that its waking up does not depend on anybody's load: see `LinkCommands`.
 */
import { serveCommands } from "../processes/commands.ts";
import { Alarm } from "../../testing/timing/alarm.ts";
import type { LinkProfile } from "./profile.ts";
import { type LinkTarget, type LinkTraffic, ShapedLink } from "./proxy.ts";

/** What the process can be asked to do; `start` comes first. */
export interface LinkCommands {
  start(profile: LinkProfile): void;
  /** Listens for connections to a target; the port. */
  open(target: LinkTarget): number;
  /** Forgets the traffic so far. */
  reset(): void;
  traffic(): LinkTraffic;
}

if (import.meta.main) {
  using alarm = new Alarm();
  let link: ShapedLink | undefined;
  const started = () => {
    if (link === undefined) throw new TypeError("Cannot use the link before start");
    return link;
  };
  await serveCommands<LinkCommands>({
    start: ({ mbitPerSecond, ...profile }) => {
      // JSON has no infinity.
      link = new ShapedLink({ ...profile, mbitPerSecond: mbitPerSecond ?? Infinity }, alarm);
    },
    open: (target) => started().open(target),
    reset: () => started().reset(),
    traffic: () => started().traffic(),
  });
  link?.[Symbol.dispose]();
  // Connections that clients keep open would keep the process alive.
  Deno.exit(0);
}
