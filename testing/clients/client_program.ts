/** What is done with a client behind its recipe, in its own language. */

/** A way to ask a client, with what it throws. */
export interface Ask {
  /** An expression of `model` and `values` that gives their vectors. */
  readonly vectors: string;
  /** What an unknown model and a broken photo are thrown as. */
  readonly errors: readonly [model: string, input: string];
}

/** A recipe, and what else is asked of its client. */
export interface ClientProgram {
  /** Of docs/clients. */
  readonly page: string;
  readonly language: "python" | "js";
  readonly asks: Readonly<Record<string, Ask>>;
  /** What the recipe throws for an unknown key and, unless it asks again for minutes, at a full gateway. */
  readonly refusals?: readonly [key: string, full?: string];
  /** An expression of the names of all models. */
  readonly models?: string;
}
