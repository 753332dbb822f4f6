/** The shaped link as the benchmark uses it. */
import { CommandChild, denoCommand } from "../processes/child.ts";
import type { LinkCommands } from "./main.ts";
import type { LinkProfile } from "./profile.ts";

/** A running link; `reset` and `traffic` are called as they are. */
export class LinkProcess extends CommandChild<LinkCommands> {
  readonly profile: LinkProfile;

  private constructor(profile: LinkProfile) {
    super(denoCommand("bench/link/main.ts", "--allow-net", "--allow-read=bench,testing"));
    this.profile = profile;
  }

  /** Starts a process that is a link of this profile. */
  static async start(profile: LinkProfile): Promise<LinkProcess> {
    const link = new LinkProcess(profile);
    await link.call("start", profile);
    return link;
  }

  /** The same URL by way of the link. */
  async through(url: string): Promise<string> {
    const { hostname: host, port, protocol } = new URL(url);
    if (protocol !== "http:") {
      throw new TypeError(
        `Cannot shape ${protocol} URLs as the link reads what it carries: use http:`,
      );
    }
    const target = { host, port: port === "" ? 80 : Number(port) };
    return `http://127.0.0.1:${await this.call("open", target)}`;
  }
}
