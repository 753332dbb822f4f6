/** Replies of errors, which many operations share, kept once. */
import type { Json } from "./json_schema.ts";

const COMPONENTS = "#/components/responses/";

/** Replies of the document, by their names. */
export class ReplyShelf {
  readonly #replies: Record<string, Json> = {};
  /** Names of replies by all that they say. */
  readonly #names = new Map<string, string>();

  /** All of them so far. */
  get replies(): Readonly<Record<string, Json>> {
    return this.#replies;
  }

  /** Puts replies by their status there, named after who words them, and returns what refers to them. */
  add(speaker: string, replies: Readonly<Record<string, Json>>): Record<string, Json> {
    return Object.fromEntries(
      Object.entries(replies).map(([status, reply]) => [
        status,
        { $ref: COMPONENTS + this.#nameOf(`${speaker}.${status}`, reply) },
      ]),
    );
  }

  #nameOf(wanted: string, reply: Json): string {
    const text = `${wanted} ${JSON.stringify(reply)}`;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    let name = wanted;
    for (let count = 2; name in this.#replies; count++) name = `${wanted}.${count}`;
    this.#names.set(text, name);
    this.#replies[name] = reply;
    return name;
  }
}
