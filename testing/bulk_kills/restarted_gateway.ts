/** A gateway that is killed and comes back at its address. */
import { type ChildGateway, startChild } from "../child_gateway.ts";

/** Listens on one port for all its lives. */
export class RestartedGateway implements AsyncDisposable {
  readonly url: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildGateway;
  #restarting: Promise<void> = Promise.resolve();

  private constructor(child: ChildGateway, env: Readonly<Record<string, string>>) {
    this.#child = child;
    this.url = child.url;
    this.#env = { ...env, GATEWAY_PORT: new URL(child.url).port };
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<RestartedGateway> {
    return new RestartedGateway(await startChild({ env }), env);
  }

  /** Kills it, and starts it again. */
  async kill(): Promise<void> {
    await this.#restarting;
    this.#restarting = this.#restart();
    await this.#restarting;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#restarting;
    await this.#child[Symbol.asyncDispose]();
  }

  async #restart(): Promise<void> {
    // Which is by SIGKILL.
    await this.#child[Symbol.asyncDispose]();
    this.#child = await startChild({ env: this.#env });
  }
}
