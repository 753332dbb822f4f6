/** The shaped link as the benchmark uses it. */
import { CommandChild } from "../processes/child.ts";
import type { LinkAnswers, LinkCommand } from "./main.ts";
import type { LinkProfile } from "./profile.ts";
import type { LinkTraffic } from "./proxy.ts";

/** A running link. */
export class LinkProcess implements AsyncDisposable {
  readonly profile: LinkProfile;
  readonly #child: CommandChild;

  private constructor(profile: LinkProfile, child: CommandChild) {
    this.profile = profile;
    this.#child = child;
  }

  /** Starts a process that is a link of this profile. */
  static async start(profile: LinkProfile): Promise<LinkProcess> {
    const child = new CommandChild({
      script: "bench/link/main.ts",
      permissions: ["--allow-net", "--allow-read=bench"],
    });
    const link = new LinkProcess(profile, child);
    await link.#ask({ command: "start", profile });
    return link;
  }

  get pid(): number {
    return this.#child.pid;
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
    const answer = await this.#ask<"open">({ command: "open", target });
    return `http://127.0.0.1:${answer.port}`;
  }

  /** Forgets the traffic so far. */
  async reset(): Promise<void> {
    await this.#ask({ command: "reset" });
  }

  /** The traffic since the last reset. */
  traffic(): Promise<LinkTraffic> {
    return this.#ask<"traffic">({ command: "traffic" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  #ask<Name extends LinkCommand["command"]>(
    command: LinkCommand & { readonly command: Name },
  ): Promise<LinkAnswers[Name]> {
    return this.#child.ask(command);
  }
}
