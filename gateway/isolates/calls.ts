/** Calls in both directions between a worker and whoever started it. */
import { GatewayError } from "../contract/errors.ts";
import { fromPlainError, type PlainError, toPlainError } from "../work/plain_error.ts";

/** What one side may be asked; arguments and results are structured-cloned. */
export type Methods<Name extends string = string> = Readonly<
  // deno-lint-ignore no-explicit-any
  Record<Name, (argument: any) => unknown>
>;

/** One side of a channel of messages: a worker, or the scope inside it. */
export interface Endpoint {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

type Message =
  | {
    readonly kind: "call";
    readonly id: number;
    readonly name: string;
    readonly argument: unknown;
  }
  | { readonly kind: "returned"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly error: PlainError };

/** Answers calls of the other side by `ours`, and makes calls of `Theirs`. */
export class Calls<Theirs extends Methods> {
  readonly #endpoint: Endpoint;
  readonly #ours: Methods;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 0;
  #ended: string | undefined;

  constructor(endpoint: Endpoint, ours: Methods) {
    this.#endpoint = endpoint;
    this.#ours = ours;
    endpoint.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
  }

  /**
   * Calls the other side.
   *
   * @throws {GatewayError} what it threw, its cause as text; `internal` once the other side has ended.
   */
  call<Name extends keyof Theirs & string>(
    name: Name,
    argument?: Parameters<Theirs[Name]>[0],
  ): Promise<Awaited<ReturnType<Theirs[Name]>>> {
    if (this.#ended !== undefined) return Promise.reject(ended(this.#ended));
    const id = this.#nextId++;
    const pending = Promise.withResolvers<unknown>();
    this.#pending.set(id, pending);
    this.#post({ kind: "call", id, name, argument });
    return pending.promise as Promise<Awaited<ReturnType<Theirs[Name]>>>;
  }

  /** Ends all calls that wait, and all that come. */
  end(reason: string): void {
    this.#ended ??= reason;
    for (const { reject } of this.#pending.values()) reject(ended(this.#ended));
    this.#pending.clear();
  }

  #receive(message: Message): void {
    if (message.kind === "call") {
      void this.#answer(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === "returned") pending?.resolve(message.value);
    else pending?.reject(fromPlainError(message.error));
  }

  async #answer({ id, name, argument }: Message & { readonly kind: "call" }): Promise<void> {
    try {
      const method = this.#ours[name];
      if (method === undefined) throw new RangeError(`Cannot find method ${name}`);
      this.#post({ kind: "returned", id, value: await method(argument) });
    } catch (thrown) {
      this.#post({ kind: "failed", id, error: toPlainError(thrown) });
    }
  }

  #post(message: Message): void {
    this.#endpoint.postMessage(message);
  }
}

function ended(reason: string): GatewayError {
  return new GatewayError("internal", "Cannot complete request because its isolate ended", {
    cause: reason,
  });
}
